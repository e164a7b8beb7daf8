"""The browsers somebody is signed in with."""

from django.contrib.auth import logout
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts import selectors, services
from backend.accounts.api import CLEAR_CACHE, current_user, session_of
from backend.accounts.models import session_public_id
from backend.api.errors import NotFound
from backend.api.serializers import NothingInput
from backend.api.throttling import unlimited


class SessionShape(serializers.Serializer[object]):
    id = serializers.CharField()
    device = serializers.CharField()
    shared = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField()
    current = serializers.BooleanField()


class Sessions(serializers.Serializer[object]):
    sessions = SessionShape(many=True)


class SessionsApi(APIView):
    """All of them."""

    @unlimited("One short list.")
    @extend_schema(responses=Sessions)
    def get(self, request: Request) -> Response:
        NothingInput.of_query(request)
        current = None if request.auth else request._request.session.session_key
        return Response({"sessions": selectors.sessions_of(current_user(request), current_key=current)})

    @unlimited("It ends sessions, the one that it takes too.")
    @extend_schema(operation_id="auth_sessions_destroy_all", responses={204: None})
    def delete(self, request: Request) -> Response:
        """Sign out everywhere: all sessions, all tokens and all pushes end, here too."""
        NothingInput.of_body(request)
        services.access_end(user=current_user(request))
        if request.auth is None:
            logout(request._request)
        return Response(status=204, headers=CLEAR_CACHE)


class SessionApi(APIView):
    """One of them."""

    @unlimited("It ends a session.")
    @extend_schema(responses={204: None})
    def delete(self, request: Request, session_id: str) -> Response:
        NothingInput.of_body(request)
        current = request.auth is None and session_public_id(session_of(request).session_key or "") == session_id
        if not services.session_end(user=current_user(request), session_id=session_id):
            raise NotFound
        if current:
            logout(request._request)
        return Response(status=204, headers=CLEAR_CACHE if current else None)
