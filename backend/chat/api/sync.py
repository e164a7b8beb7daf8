"""The poll."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts.api import current_user
from backend.api.errors import InvalidParameter
from backend.api.etags import etag_matches
from backend.chat import sync
from backend.chat.api.shapes import Sync, SyncQuery
from backend.live.pace import poll_interval
from backend.live.presence import presence_note

HELD_BY = {"Cache-Control": "private, no-cache", "Vary": "Cookie, Authorization"}


class SyncApi(APIView):
    """What changed since the cursor; 304 while the state that If-None-Match names still holds (RFC 9110, 13.1.2)."""

    @extend_schema(parameters=[SyncQuery], responses={200: Sync, 304: None})
    def get(self, request: Request) -> Response:
        query = SyncQuery.of_query(request)
        if ("conversation" in query) != ("after" in query):
            raise InvalidParameter("after", "`conversation` and `after` go together.")
        position = sync.Position(query.get("cursor"), query.get("conversation"), query.get("after", 0))
        user = current_user(request)
        if query["visible"]:
            presence_note(user.id)
        headers = {**HELD_BY, "X-Poll-Interval": str(poll_interval(visible=bool(query["visible"])))}
        state = sync.sync_state(user_id=user.id, position=position)
        etag = state.etag(position)
        if state.holds_nothing_new(position) and etag_matches(request.headers.get("If-None-Match", ""), etag):
            return Response(status=304, headers={**headers, "ETag": etag})
        answer = sync.sync_answer(state, position)
        if not answer["has_more"]:  # a part of the news is no state to come back to
            headers["ETag"] = etag
        return Response(answer, headers=headers)
