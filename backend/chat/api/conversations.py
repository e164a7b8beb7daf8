"""Conversations and who is in them."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts.api import current_user
from backend.api.serializers import NothingInput, PageQuery
from backend.chat import membership, requests, selectors, services
from backend.chat.api.shapes import (
    C,
    ConversationInput,
    Conversations,
    NotificationsInput,
    ParticipantInput,
    RequestInput,
    TitleInput,
)


class ConversationsApi(APIView):
    """The reader's conversations."""

    @extend_schema(operation_id="conversations_list", parameters=[PageQuery], responses=Conversations)
    def get(self, request: Request) -> Response:
        query = PageQuery.of_query(request)
        page = selectors.conversations_page(
            user_id=current_user(request).id, limit=query["limit"], before=query.get("before")
        )
        return Response(page)

    @extend_schema(request=ConversationInput, responses={201: C, 200: C})
    def post(self, request: Request) -> Response:
        given = ConversationInput.of_body(request)
        c, is_new = membership.conversation_open(
            user_id=current_user(request).id,
            kind=given["kind"],
            others=given["participants"],
            title=given["title"],
        )
        return Response(c, status=201 if is_new else 200)


class ConversationApi(APIView):
    """One conversation."""

    @extend_schema(responses=C)
    def get(self, request: Request, conversation_id: int) -> Response:
        NothingInput.of_query(request)
        user = current_user(request)
        return Response(selectors.conversation_json(user_id=user.id, conversation_id=conversation_id))

    @extend_schema(request=TitleInput, responses=C)
    def patch(self, request: Request, conversation_id: int) -> Response:
        title = TitleInput.of_body(request)["title"]
        user = current_user(request)
        c = membership.conversation_rename(user_id=user.id, conversation_id=conversation_id, title=title)
        return Response(c)


class ParticipantsApi(APIView):
    """Let somebody in."""

    @extend_schema(request=ParticipantInput, responses={201: C, 200: C})
    def post(self, request: Request, conversation_id: int) -> Response:
        new_id = ParticipantInput.of_body(request)["user"]
        user = current_user(request)
        c, is_new = membership.participant_add(user_id=user.id, conversation_id=conversation_id, new_id=new_id)
        return Response(c, status=201 if is_new else 200)


class ParticipantApi(APIView):
    """Leave, or remove somebody."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, conversation_id: int, user_id: int) -> Response:
        user = current_user(request)
        membership.participant_remove(user_id=user.id, conversation_id=conversation_id, gone_id=user_id)
        return Response(status=204)


class RequestApi(APIView):
    """Accept or decline what one was asked to join."""

    @extend_schema(request=RequestInput, responses={200: C, 204: None})
    def post(self, request: Request, conversation_id: int) -> Response:
        where = {"user_id": current_user(request).id, "conversation_id": conversation_id}
        if RequestInput.of_body(request)["accept"]:
            return Response(requests.request_accept(**where))
        requests.request_decline(**where)
        return Response(status=204)


class NotificationsApi(APIView):
    """What one is told about a conversation."""

    @extend_schema(request=NotificationsInput, responses=C)
    def put(self, request: Request, conversation_id: int) -> Response:
        chosen = NotificationsInput.of_body(request)
        user = current_user(request)
        services.notifications_set(user_id=user.id, conversation_id=conversation_id, **chosen)
        return Response(selectors.conversation_json(user_id=user.id, conversation_id=conversation_id))
