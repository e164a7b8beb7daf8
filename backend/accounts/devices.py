"""The device cookie: proof that somebody has signed in to an account in this browser before.

Whoever has it may guess at that account's password although strangers have used up its limit. It opens nothing, and its
own limit is small (`guesses.py`). It ends with the credential epoch of the account.
"""

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from backend.accounts.models import User

SALT = "accounts.device"
LIFE = 365 * 24 * 3600  # seconds
# `__Host-`: only this very host may set it, for all paths, over TLS (RFC 6265bis, 4.1.3.2).
DEVICE_COOKIE = "__Host-hark_device" if settings.SESSION_COOKIE_SECURE else "hark_device"


def device_remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Make this browser a known device of the user, who has just proved who they are in it."""
    device = device_of(request.COOKIES.get(DEVICE_COOKIE, ""), user) or secrets.token_urlsafe(16)
    response.set_cookie(
        DEVICE_COOKIE,
        signing.dumps([user.pk, user.credential_epoch, device], salt=SALT),
        max_age=LIFE,
        httponly=True,
        samesite="Strict",
        secure=bool(settings.SESSION_COOKIE_SECURE),
    )


def device_of(cookie: str, user: User | None) -> str:
    """The name of this device if the cookie belongs to the user and their present credential epoch; else empty."""
    if not cookie or user is None:
        return ""
    try:
        user_id, epoch, device = signing.loads(cookie, salt=SALT, max_age=LIFE)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return str(device) if (user_id, epoch) == (user.pk, user.credential_epoch) else ""
