"""The poll."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts.api import current_user
from backend.api.errors import InvalidParameter
from backend.api.throttling import unlimited
from backend.chat import sync
from backend.chat.api.polling import is_unchanged, poll_response
from backend.chat.api.shapes import Sync, SyncQuery
from backend.chat.typing import typing_name
from backend.live.watch import VISIBLE, WAIT, Watch, position_of


class SyncApi(APIView):
    """What changed since the cursor; 304 while the state that If-None-Match names still holds."""

    @unlimited("The poll: the gate has a bucket for it, and answers it without Django while there is no news.")
    @extend_schema(parameters=[SyncQuery], responses={200: Sync, 304: None})
    def get(self, request: Request) -> Response:
        query = SyncQuery.of_query(request)
        if ("conversation" in query) != ("after" in query):
            raise InvalidParameter("after", "`conversation` and `after` go together.")
        position = sync.Position(query.get("cursor"), query.get("conversation"), query.get("after", 0))
        state = sync.sync_state(user_id=current_user(request).id, position=position)
        etag = state.etag
        is_idle = state.holds_nothing_new(position)
        has_etag = "If-None-Match" in request.headers
        if is_idle and has_etag and is_unchanged(request, etag):
            watch = _watch(request, state, etag, is_idle, cursor=state.feed)
            return poll_response(request, watch, None, visible=bool(query["visible"]))
        answer = sync.sync_answer(state, position)
        moved = {"cursor": answer["cursor"]} | ({"after": answer["after"]} if position.conversation else {})
        is_whole = not answer["has_more"]  # a part of the news is no state to come back to
        watch = _watch(request, state, etag if is_whole else None, is_idle and not has_etag, **moved)
        return poll_response(request, watch, answer, visible=bool(query["visible"]))


def _watch(request: Request, state: sync.State, etag: str | None, nothing_new: bool, **moved: int) -> Watch:
    conversation = state.conversation
    return Watch(
        user_id=state.user_id,
        rev=state.feed,
        etag=etag,
        position=position_of(request.query_params.dict(), **moved),
        nothing_new=nothing_new,
        takes=frozenset({WAIT, VISIBLE}),
        names=() if conversation is None else (typing_name(conversation),),
        lasts=state.typing.lasts,
        where="" if conversation is None else str(conversation),
    )
