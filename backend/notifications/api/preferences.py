"""What somebody wants to be told, and by which ways."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts.api import current_user
from backend.api.rates import Category
from backend.api.serializers import NothingInput
from backend.api.throttling import limited, unlimited
from backend.chat.selectors import conversations_muted
from backend.notifications.api.shapes import MutedConversations, NotificationSettings, SettingsInput, TestInput
from backend.notifications.selectors.preferences import settings_json
from backend.notifications.services.preferences import settings_change, settings_test
from backend.notifications.services.suppression import address_unsuppress


class SettingsApi(APIView):
    """Channels, delays, quiet hours, hidden content."""

    @unlimited("One row.")
    @extend_schema(responses=NotificationSettings)
    def get(self, request: Request) -> Response:
        NothingInput.of_query(request)
        return Response(settings_json(current_user(request)))

    @limited(Category.ACCOUNT)
    @extend_schema(request=SettingsInput, responses=NotificationSettings)
    def patch(self, request: Request) -> Response:
        changes = SettingsInput.of_body(request, partial=True)
        user = current_user(request)
        settings_change(user_id=user.id, changes=changes)
        return Response(settings_json(user))


class EmailSuppressionApi(APIView):
    """Let mail be tried again."""

    @limited(Category.ACCOUNT)
    @extend_schema(responses={204: None})
    def delete(self, request: Request) -> Response:
        address_unsuppress(user=current_user(request))
        return Response(status=204)


class TestApi(APIView):
    """Ask for a test; a worker sends it."""

    @limited(Category.ACCOUNT)
    @extend_schema(request=TestInput, responses={202: None})
    def post(self, request: Request) -> Response:
        given = TestInput.of_body(request)
        settings_test(user=current_user(request), channel=given["channel"], subscription_id=given.get("subscription"))
        return Response(status=202)


class MutedApi(APIView):
    """Conversations that one wants to hear less of."""

    @limited(Category.READ)
    @extend_schema(responses=MutedConversations)
    def get(self, request: Request) -> Response:
        NothingInput.of_query(request)
        return Response({"conversations": conversations_muted(user_id=current_user(request).id)})
