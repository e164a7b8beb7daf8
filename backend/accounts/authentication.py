"""Who is asking: a bearer token (RFC 6750) or the session cookie, never both. A token's request ignores cookies."""

from django.utils import timezone
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.request import Request

from backend.accounts.errors import TokenExpired, TokenInvalid
from backend.accounts.last_used import token_used
from backend.accounts.models import ApiToken, User
from backend.accounts.selectors import token_by_digest
from backend.accounts.services import token_digest
from backend.api.errors import CsrfFailed
from backend.api.vouching import REFUSED, vouch

SCHEME = "bearer"


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer hark_...`. Raises TokenInvalid or TokenExpired."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        header = request.headers.get("Authorization")
        if header is None:
            return None
        scheme, _, secret = header.partition(" ")
        token = token_by_digest(token_digest(secret.strip())) if scheme.lower() == SCHEME else None
        if token is None or token.is_expired(timezone.now()):
            vouch(request.META, REFUSED)
            raise TokenInvalid if token is None else TokenExpired
        if token.is_long_unused(timezone.now()):
            token_used(token.id)
        vouch(request.META, token.user_id)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="hark"'


class CookieAuthentication(SessionAuthentication):
    """Django's session, with CSRF on every method that writes."""

    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied as fault:
            raise CsrfFailed from fault
