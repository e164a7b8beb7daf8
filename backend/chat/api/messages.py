"""Messages, reactions, read positions, typing."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts.api import current_user
from backend.api.errors import InvalidParameter
from backend.api.rates import Category
from backend.api.serializers import NothingInput
from backend.api.throttling import limited, unlimited
from backend.chat import reactions, reports, selectors, services, sync, typing
from backend.chat.access import access_speaker
from backend.chat.api.costs import READERS
from backend.chat.api.polling import is_unchanged, poll_response
from backend.chat.api.shapes import (
    M,
    MessageInput,
    Messages,
    MessagesQuery,
    ReadInput,
    ReadSeq,
    ReportId,
    ReportInput,
    TextInput,
    Unread,
    UnreadInput,
)
from backend.live.watch import Watch, position_of


class MessagesApi(APIView):
    """The log of one conversation."""

    @unlimited("Two statements, however long the log is; the gate bounds polls and threads of one person.")
    @extend_schema(parameters=[MessagesQuery], responses={200: Messages, 304: None})
    def get(self, request: Request, conversation_id: int) -> Response:
        query = MessagesQuery.of_query(request)
        if "from" in query and ("before" in query or "after" in query):
            raise InvalidParameter("from", "Ask for a page from a message alone, without `before` and `after`.")
        if "before" in query and "after" in query:
            raise InvalidParameter("before", "Ask for what is before or for what is after, not both.")
        if "after" in query:
            return self._changes(request, sync.Position(None, conversation_id, query["after"]), query["limit"])
        where = {"user_id": current_user(request).id, "conversation_id": conversation_id, "limit": query["limit"]}
        if "from" in query:
            return Response(selectors.messages_from(**where, first=query["from"]))
        return Response(selectors.messages_before(**where, before=query.get("before")))

    def _changes(self, request: Request, position: sync.Position, limit: int) -> Response:
        """The incremental list, which may be polled: 304 while the state that If-None-Match names still holds."""
        user_id = current_user(request).id
        state = sync.sync_state(user_id=user_id, position=position, limit=limit, with_typing=False)
        assert state.head is not None  # noqa: S101  (the position names a conversation)
        etag = f'{state.etag[:-1]}messages"'
        if position.after == state.head.rev and is_unchanged(request, etag):
            return poll_response(request, _watch(request, state, etag, position.after), None)
        answer = selectors.changes(state.head, state.changed, limit)
        watch = _watch(request, state, None if answer["has_more"] else etag, answer["cursor"])
        return poll_response(request, watch, answer)

    @limited(Category.SEND, cost=READERS)
    @extend_schema(request=MessageInput, responses={201: M, 200: M})
    def post(self, request: Request, conversation_id: int) -> Response:
        given = MessageInput.of_body(request)
        user = current_user(request)
        typing.typing_stop(conversation_id=conversation_id, user_id=user.id, name=user.name)
        m, is_new = services.message_send(sender_id=user.id, conversation_id=conversation_id, **given)
        return Response(m, status=201 if is_new else 200)


def _watch(request: Request, state: sync.State, etag: str | None, cursor: int) -> Watch:
    return Watch(
        user_id=state.user_id,
        rev=state.feed,
        etag=etag,
        position=position_of(request.query_params.dict(), after=cursor),
        nothing_new=False,  # there is no `wait` here
        takes=frozenset(),
    )


class MessageApi(APIView):
    """One message of one's own."""

    @limited(Category.CHANGE, cost=READERS)
    @extend_schema(request=TextInput, responses=M)
    def patch(self, request: Request, conversation_id: int, seq: int) -> Response:
        text = TextInput.of_body(request)["text"]
        user = current_user(request)
        return Response(services.message_edit(editor_id=user.id, conversation_id=conversation_id, seq=seq, text=text))

    @limited(Category.CHANGE, cost=READERS)
    @extend_schema(responses={200: M})
    def delete(self, request: Request, conversation_id: int, seq: int) -> Response:
        user = current_user(request)
        return Response(services.message_delete(editor_id=user.id, conversation_id=conversation_id, seq=seq))


class ReportApi(APIView):
    """Ask the operator to look at a message."""

    @limited(Category.REPORT)
    @extend_schema(request=ReportInput, responses={201: ReportId, 200: ReportId})
    def post(self, request: Request, conversation_id: int, seq: int) -> Response:
        given = ReportInput.of_body(request)
        user = current_user(request)
        report_id, is_new = reports.message_report(
            reporter_id=user.id, conversation_id=conversation_id, seq=seq, **given
        )
        return Response({"id": report_id}, status=201 if is_new else 200)


class ReadApi(APIView):
    """How far one has read."""

    @limited(Category.MARK)
    @extend_schema(request=ReadInput, responses=ReadSeq)
    def put(self, request: Request, conversation_id: int) -> Response:
        seq = ReadInput.of_body(request)["seq"]
        user = current_user(request)
        read_seq = services.read_advance(user_id=user.id, conversation_id=conversation_id, seq=seq)
        return Response({"read_seq": read_seq})


class UnreadApi(APIView):
    """Mark a message, and all after it, as unread."""

    @limited(Category.MARK)
    @extend_schema(request=UnreadInput, responses=Unread)
    def put(self, request: Request, conversation_id: int) -> Response:
        seq = UnreadInput.of_body(request)["seq"]
        user = current_user(request)
        return Response(services.unread_mark(user_id=user.id, conversation_id=conversation_id, seq=seq))


class ReactionApi(APIView):
    """One's reaction to a message."""

    @limited(Category.CHANGE, cost=READERS)
    @extend_schema(request=None, responses=M)
    def put(self, request: Request, conversation_id: int, seq: int, emoji: str) -> Response:
        NothingInput.of_body(request)
        where = {"conversation_id": conversation_id, "seq": seq}
        return Response(reactions.reaction_add(user_id=current_user(request).id, **where, emoji=emoji))

    @limited(Category.CHANGE, cost=READERS)
    @extend_schema(responses={200: M})
    def delete(self, request: Request, conversation_id: int, seq: int, emoji: str) -> Response:
        where = {"conversation_id": conversation_id, "seq": seq}
        return Response(reactions.reaction_remove(user_id=current_user(request).id, **where, emoji=emoji))


class TypingApi(APIView):
    """Say that one is typing; it stands for 6 seconds."""

    @limited(Category.TYPING)
    @extend_schema(request=None, responses={204: None})
    def put(self, request: Request, conversation_id: int) -> Response:
        NothingInput.of_body(request)
        user = current_user(request)
        access_speaker(user_id=user.id, conversation_id=conversation_id)
        typing.typing_note(conversation_id=conversation_id, user_id=user.id, name=user.name)
        return Response(status=204)
