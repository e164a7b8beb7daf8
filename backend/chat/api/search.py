"""Search in messages."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts.api import current_user
from backend.api.rates import Category
from backend.api.throttling import limited
from backend.chat import search
from backend.chat.api.shapes import FoundMessages, SearchQuery


class SearchApi(APIView):
    """Messages with these words, in the reader's conversations or in one of them; newest first."""

    @limited(Category.SEARCH)
    @extend_schema(parameters=[SearchQuery], responses=FoundMessages)
    def get(self, request: Request) -> Response:
        query = SearchQuery.of_query(request)
        page = search.messages_search(
            user_id=current_user(request).id,
            words=query["q"],
            conversation_id=query.get("conversation"),
            before=query.get("before"),
            limit=query["limit"],
        )
        return Response(page)
