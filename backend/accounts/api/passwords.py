"""A new password, another address: who knows the present password asks for it."""

from django.contrib.auth import update_session_auth_hash
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts import services
from backend.accounts.api import current_user, session_of
from backend.accounts.api.fields import Email
from backend.accounts.models import PASSWORD_MAX
from backend.api.addresses import client_ip
from backend.api.rates import Category
from backend.api.serializers import StrictSerializer, Text
from backend.api.throttling import limited


class ForgotInput(StrictSerializer):
    email = Email()


class PasswordChangeInput(StrictSerializer):
    current = Text(max_length=PASSWORD_MAX)
    new = Text(max_length=PASSWORD_MAX)


class EmailChangeInput(StrictSerializer):
    email = Email()
    password = Text(max_length=PASSWORD_MAX)


class ForgotApi(APIView):
    """Ask for a mail with a link that sets a new password. The answer is the same for every address."""

    permission_classes = [AllowAny]
    authentication_classes = []

    @limited(Category.ANONYMOUS)
    @extend_schema(request=ForgotInput, responses={202: None})
    def post(self, request: Request) -> Response:
        services.reset_request(**ForgotInput.of_body(request), ip=client_ip(request))
        return Response(status=202)


class PasswordApi(APIView):
    """The password of the person who asks."""

    @limited(Category.ACCOUNT)
    @extend_schema(request=PasswordChangeInput, responses={204: None})
    def put(self, request: Request) -> Response:
        given = PasswordChangeInput.of_body(request)
        user = current_user(request)
        session = None if request.auth else session_of(request)
        services.password_change(
            user=user,
            **given,
            session_key=session.session_key if session else None,
        )
        if session:
            update_session_auth_hash(request._request, user)  # under a new key: a stolen cookie is void soon
        return Response(status=204)


class EmailApi(APIView):
    """The address of the person who asks. It changes when the new mailbox confirms it."""

    @limited(Category.ACCOUNT)
    @extend_schema(request=EmailChangeInput, responses={202: None})
    def post(self, request: Request) -> Response:
        given = EmailChangeInput.of_body(request)
        services.email_change_request(user=current_user(request), **given)
        return Response(status=202)
