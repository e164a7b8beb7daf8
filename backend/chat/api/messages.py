"""Messages, read positions, typing."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts.api import current_user
from backend.api.errors import InvalidParameter
from backend.api.serializers import NothingInput
from backend.chat import selectors, services, typing
from backend.chat.api.shapes import (
    M,
    MessageInput,
    Messages,
    MessagesQuery,
    ReadInput,
    ReadSeq,
    TextInput,
)


class MessagesApi(APIView):
    """The log of one conversation."""

    @extend_schema(parameters=[MessagesQuery], responses=Messages)
    def get(self, request: Request, conversation_id: int) -> Response:
        query = MessagesQuery.of_query(request)
        scope = {
            "user_id": current_user(request).id,
            "conversation_id": conversation_id,
            "limit": query["limit"],
        }
        if "after" not in query:
            return Response(selectors.messages_before(**scope, before=query.get("before")))
        if "before" in query:
            raise InvalidParameter("before", "Ask for what is before or for what is after, not both.")
        return Response(selectors.messages_after(**scope, after=query["after"]))

    @extend_schema(request=MessageInput, responses={201: M, 200: M})
    def post(self, request: Request, conversation_id: int) -> Response:
        given = MessageInput.of_body(request)
        user = current_user(request)
        m, is_new = services.message_send(sender_id=user.id, conversation_id=conversation_id, **given)
        typing.typing_stop(conversation_id=conversation_id, user_id=user.id, name=user.name)
        return Response(m, status=201 if is_new else 200)


class MessageApi(APIView):
    """One message of one's own."""

    @extend_schema(request=TextInput, responses=M)
    def patch(self, request: Request, conversation_id: int, seq: int) -> Response:
        text = TextInput.of_body(request)["text"]
        user = current_user(request)
        return Response(services.message_edit(editor_id=user.id, conversation_id=conversation_id, seq=seq, text=text))

    @extend_schema(responses={200: M})
    def delete(self, request: Request, conversation_id: int, seq: int) -> Response:
        user = current_user(request)
        return Response(services.message_delete(editor_id=user.id, conversation_id=conversation_id, seq=seq))


class ReadApi(APIView):
    """How far one has read."""

    @extend_schema(request=ReadInput, responses=ReadSeq)
    def put(self, request: Request, conversation_id: int) -> Response:
        seq = ReadInput.of_body(request)["seq"]
        user = current_user(request)
        read_seq = services.read_advance(user_id=user.id, conversation_id=conversation_id, seq=seq)
        return Response({"read_seq": read_seq})


class TypingApi(APIView):
    """Say that one is typing; it stands for 6 seconds."""

    @extend_schema(request=None, responses={204: None})
    def put(self, request: Request, conversation_id: int) -> Response:
        NothingInput.of_body(request)
        user = current_user(request)
        selectors.access_participant(user_id=user.id, conversation_id=conversation_id)
        typing.typing_note(conversation_id=conversation_id, user_id=user.id, name=user.name)
        return Response(status=204)
