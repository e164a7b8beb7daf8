"""Sign-in, tokens, me, people."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts import selectors, services
from backend.accounts.api.fields import Email
from backend.accounts.authentication import CookieAuthentication
from backend.accounts.devices import device_remember
from backend.accounts.languages import language_asked
from backend.accounts.models import CODE_MAX, NAME_MAX, PASSWORD_MAX, User
from backend.accounts.services.credentials import Client
from backend.accounts.sessions import SessionStore
from backend.api.addresses import client_ip
from backend.api.errors import NotFound
from backend.api.rates import Category
from backend.api.serializers import Boolean, Line, NothingInput, StrictSerializer, Text
from backend.api.throttling import charge, limited, unlimited

# The browser forgets what its HTTP cache holds of us (Clear Site Data, W3C), also pages that "back" would show. Cookies
# and storage stay: the page wipes what is personal, and the service worker and the CSRF token are not.
CLEAR_CACHE = {"Clear-Site-Data": '"cache"'}


class Credentials(StrictSerializer):
    email = Email()
    password = Text(max_length=PASSWORD_MAX)
    code = Text(max_length=CODE_MAX, allow_blank=True, default="")  # of the second factor


class LoginInput(Credentials):
    shared = Boolean(default=False)  # other people use this computer too


class SignupInput(StrictSerializer):
    email = Email()
    name = Line(max_length=NAME_MAX)


class TokenInput(Credentials):
    name = Line(max_length=NAME_MAX)


class MeInput(StrictSerializer):
    name = Line(max_length=NAME_MAX)
    timezone = Text(max_length=64)
    language = serializers.ChoiceField(choices=settings.LANGUAGES)
    findable = Boolean()


class Person(serializers.Serializer[object]):
    id = serializers.IntegerField()
    name = serializers.CharField()


class People(serializers.Serializer[object]):
    users = Person(many=True)


class Me(Person):
    email = serializers.EmailField()
    timezone = serializers.CharField()
    language = serializers.CharField()
    is_staff = serializers.BooleanField()
    findable = serializers.BooleanField()


class Token(serializers.Serializer[object]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(allow_null=True)


class NewToken(serializers.Serializer[object]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    token = serializers.CharField()
    expires_at = serializers.DateTimeField()


class Tokens(serializers.Serializer[object]):
    tokens = Token(many=True)


def current_user(request: Request) -> User:
    """The signed-in user of a view that demands one."""
    assert isinstance(request.user, User)  # noqa: S101  (IsAuthenticated let nobody else in)
    return request.user


def session_of(request: Request) -> SessionStore:
    """The browser's session."""
    session = request._request.session
    assert isinstance(session, SessionStore)  # noqa: S101  (SESSION_ENGINE)
    return session


class LoginApi(APIView):
    """Open a session."""

    permission_classes = [AllowAny]
    authentication_classes = []

    @limited(Category.ANONYMOUS)
    @extend_schema(request=LoginInput, responses=Me)
    def post(self, request: Request) -> Response:
        CookieAuthentication().enforce_csrf(request)  # nobody may sign a stranger's browser in
        given = LoginInput.of_body(request)
        shared, client = given.pop("shared"), Client.of(request._request, code=given.pop("code"))
        user = services.credentials_check(client=client, **given)
        login(request._request, user)
        session_of(request).end_with_browser(shared)
        response = Response(selectors.me_json(user))
        if not shared:
            device_remember(request._request, response, user)
        return response


class LogoutApi(APIView):
    """End the session."""

    authentication_classes = [CookieAuthentication]

    @unlimited("It ends the session that it takes.")
    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        NothingInput.of_body(request)
        logout(request._request)
        return Response(status=204, headers=CLEAR_CACHE)


class SignupApi(APIView):
    """Ask for an account. A mail has a link; whoever follows it chooses the password."""

    permission_classes = [AllowAny]
    authentication_classes = []

    @limited(Category.ANONYMOUS)
    @extend_schema(request=SignupInput, responses={202: None})
    def post(self, request: Request) -> Response:
        given = SignupInput.of_body(request)
        language = language_asked(request._request)
        services.signup_request(**given, ip=client_ip(request), language=language)
        return Response(status=202)


class TokensApi(APIView):
    """API tokens. Making one takes the password, so a stolen session cannot."""

    def get_permissions(self) -> Sequence[Any]:
        return [AllowAny()] if self.request.method == "POST" else super().get_permissions()

    def get_authenticators(self) -> list[BaseAuthentication]:
        # Making a token takes a password and no session, so there is nothing for CSRF to protect.
        return [] if self.request and self.request.method == "POST" else super().get_authenticators()

    @limited(Category.ANONYMOUS)
    @extend_schema(request=TokenInput, responses={201: NewToken})
    def post(self, request: Request) -> Response:
        given = TokenInput.of_body(request)
        name = given.pop("name")

        def admit(user: User) -> None:
            services.tokens_check(user=user)
            charge(request, Category.TOKEN, user_id=user.id)

        client = Client.of(request._request, code=given.pop("code"), admit=admit)
        user = services.credentials_check(**given, client=client)
        token, secret = services.token_create(user=user, name=name)
        body = {"id": token.id, "name": token.name, "token": secret, "expires_at": token.expires_at}
        return Response(body, status=201)

    @unlimited("One short list.")
    @extend_schema(responses=Tokens)
    def get(self, request: Request) -> Response:
        NothingInput.of_query(request)
        return Response({"tokens": selectors.tokens_of(current_user(request))})


class TokenApi(APIView):
    """One token."""

    @unlimited("It ends what Category.TOKEN let in.")
    @extend_schema(responses={204: None})
    def delete(self, request: Request, token_id: int) -> Response:
        if not services.token_revoke(user=current_user(request), token_id=token_id):
            raise NotFound
        return Response(status=204)


class MeApi(APIView):
    """The signed-in person."""

    @unlimited("No statement of its own.")
    @extend_schema(responses=Me)
    def get(self, request: Request) -> Response:
        NothingInput.of_query(request)
        return Response(selectors.me_json(current_user(request)))

    @limited(Category.ACCOUNT)
    @extend_schema(request=MeInput, responses=Me)
    def patch(self, request: Request) -> Response:
        changes = MeInput.of_body(request, partial=True)
        return Response(selectors.me_json(services.me_update(user=current_user(request), changes=changes)))
