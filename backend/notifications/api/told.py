"""What somebody was told, and what became of what they wrote."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts.api import current_user
from backend.api.rates import Category
from backend.api.serializers import NothingInput, PageQuery
from backend.api.throttling import limited
from backend.notifications.api.shapes import NotificationsLog, Reach
from backend.notifications.selectors.log import log_page
from backend.notifications.selectors.reach import reach_json


class LogApi(APIView):
    """What was sent to the reader or held back, and why."""

    @limited(Category.READ)
    @extend_schema(parameters=[PageQuery], responses=NotificationsLog)
    def get(self, request: Request) -> Response:
        query = PageQuery.of_query(request)
        return Response(log_page(reader=current_user(request), limit=query["limit"], before=query.get("before")))


class ReachApi(APIView):
    """Who has read, or been told of, the sender's newest message, and what comes next for the others."""

    @limited(Category.READ)
    @extend_schema(responses=Reach)
    def get(self, request: Request, conversation_id: int) -> Response:
        NothingInput.of_query(request)
        user = current_user(request)
        return Response({"reach": reach_json(user_id=user.id, conversation_id=conversation_id)})
