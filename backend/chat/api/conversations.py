"""Conversations and who is in them."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts.api import current_user
from backend.api.errors import InvalidParameter
from backend.api.rates import Category
from backend.api.serializers import NothingInput, PageQuery
from backend.api.throttling import charge, charge_count, limited, unlimited
from backend.chat import membership, requests, selectors, services
from backend.chat.api.costs import READERS
from backend.chat.api.shapes import (
    C,
    ConversationChange,
    ConversationInput,
    Conversations,
    NotificationsInput,
    ParticipantInput,
    RequestInput,
)
from backend.chat.models import Conversation


class ConversationsApi(APIView):
    """The reader's conversations."""

    @limited(Category.READ)
    @extend_schema(operation_id="conversations_list", parameters=[PageQuery], responses=Conversations)
    def get(self, request: Request) -> Response:
        query = PageQuery.of_query(request)
        page = selectors.conversations_page(
            user_id=current_user(request).id, limit=query["limit"], before=query.get("before")
        )
        return Response(page)

    @limited(Category.READ)  # a direct one may be there already; a new one is charged below
    @extend_schema(request=ConversationInput, responses={201: C, 200: C})
    def post(self, request: Request) -> Response:
        given = ConversationInput.of_body(request)
        user_id = current_user(request).id
        invited = set(given["participants"]) - {user_id}
        is_known = given["kind"] == Conversation.Kind.DIRECT and selectors.direct_exists(user_id, invited)
        if invited and not is_known:
            charge(request, Category.CREATE)
            charge_count(request, Category.INVITE, len(invited))
        c, is_new = membership.conversation_open(
            user_id=user_id,
            kind=given["kind"],
            others=given["participants"],
            title=given["title"],
        )
        return Response(c, status=201 if is_new else 200)


class ConversationApi(APIView):
    """One conversation."""

    @unlimited("One conversation in two statements.")
    @extend_schema(responses=C)
    def get(self, request: Request, conversation_id: int) -> Response:
        NothingInput.of_query(request)
        user = current_user(request)
        return Response(selectors.conversation_json(user_id=user.id, conversation_id=conversation_id))

    @limited(Category.MANAGE, cost=READERS)
    @extend_schema(request=ConversationChange, responses=C)
    def patch(self, request: Request, conversation_id: int) -> Response:
        changes = ConversationChange.of_body(request)
        if not changes:
            raise InvalidParameter("title", "Give a title, or retention_days.")
        user = current_user(request)
        return Response(membership.conversation_change(user_id=user.id, conversation_id=conversation_id, **changes))


class ParticipantsApi(APIView):
    """Let somebody in."""

    @limited(Category.INVITE)
    @extend_schema(request=ParticipantInput, responses={201: C, 200: C})
    def post(self, request: Request, conversation_id: int) -> Response:
        new_id = ParticipantInput.of_body(request)["user"]
        user = current_user(request)
        c, is_new = membership.participant_add(user_id=user.id, conversation_id=conversation_id, new_id=new_id)
        return Response(c, status=201 if is_new else 200)


class ParticipantApi(APIView):
    """Leave, or remove somebody."""

    @limited(Category.MANAGE, cost=READERS)
    @extend_schema(responses={204: None})
    def delete(self, request: Request, conversation_id: int, user_id: int) -> Response:
        user = current_user(request)
        membership.participant_remove(user_id=user.id, conversation_id=conversation_id, gone_id=user_id)
        return Response(status=204)


class RequestApi(APIView):
    """Accept or decline what one was asked to join."""

    @limited(Category.CHANGE, cost=READERS)
    @extend_schema(request=RequestInput, responses={200: C, 204: None})
    def post(self, request: Request, conversation_id: int) -> Response:
        where = {"user_id": current_user(request).id, "conversation_id": conversation_id}
        if RequestInput.of_body(request)["accept"]:
            return Response(requests.request_accept(**where))
        requests.request_decline(**where)
        return Response(status=204)


class NotificationsApi(APIView):
    """What one is told about a conversation."""

    @limited(Category.ACCOUNT)
    @extend_schema(request=NotificationsInput, responses=C)
    def put(self, request: Request, conversation_id: int) -> Response:
        chosen = NotificationsInput.of_body(request)
        user = current_user(request)
        services.notifications_set(user_id=user.id, conversation_id=conversation_id, **chosen)
        return Response(selectors.conversation_json(user_id=user.id, conversation_id=conversation_id))
