"""Bearer tokens."""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from backend.accounts.audit import Event, audit_note
from backend.accounts.errors import TooManyTokens
from backend.accounts.models import ApiToken, User

TOKEN_PREFIX = "hark_"  # noqa: S105  (lets scanners find leaked tokens)
TOKEN_LIFE = timedelta(days=365)
TOKENS_MAX = 100  # of one person that have not expired


@transaction.atomic
def token_create(*, user: User, name: str) -> tuple[ApiToken, str]:
    """A new token: its row, and the secret that is never shown again. Raises TooManyTokens."""
    User.objects.select_for_update(no_key=True).get(id=user.id)  # one of theirs after the other
    tokens_check(user=user)
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    expires_at = timezone.now() + TOKEN_LIFE
    token = ApiToken.objects.create(
        user=user,
        name=name,
        digest=token_digest(secret),
        credential_epoch=user.credential_epoch,
        expires_at=expires_at,
    )
    audit_note(Event.TOKEN_CREATED, actor=user, subject=user, detail={"token": token.id})
    return token, secret


def tokens_check(*, user: User) -> None:
    """Whether this person may have one more. Raises TooManyTokens."""
    if ApiToken.objects.filter(user=user, expires_at__gt=timezone.now()).count() >= TOKENS_MAX:
        raise TooManyTokens


def token_digest(secret: str) -> str:
    """What is stored of a token. The secret has 256 random bits, so a plain SHA-256 is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def token_revoke(*, user: User, token_id: int, actor: User | None = None) -> bool:
    """Delete the user's token; False if there is none with this id. `actor`: who does it, if not the user."""
    deleted, _ = ApiToken.objects.filter(user=user, id=token_id).delete()
    if deleted:
        audit_note(Event.TOKEN_REVOKED, actor=actor or user, subject=user, detail={"token": token_id})
    return bool(deleted)
