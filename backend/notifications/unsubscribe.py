"""The links in every email: one click, no sign-in (RFC 8058), for ever; for one conversation, or for all emails."""

from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.db import transaction

from backend.accounts.models import User
from backend.api.errors import NotFound
from backend.chat.models import Participant
from backend.chat.selectors import access_participant
from backend.chat.services import notifications_set
from backend.notifications.models import NotificationSettings
from backend.notifications.services.bursts import bursts_wake

SALT = "notifications.unsubscribe"


@dataclass(frozen=True)
class Subscription:
    """Whose notifications of which conversation; without one, all their emails."""

    user_id: int
    conversation_id: int | None = None


def unsubscribe_url(subscription: Subscription) -> str:
    """The address that stops these. Its token is signed (HMAC-SHA256) and has no end."""
    token = signing.Signer(salt=SALT).sign_object([subscription.user_id, subscription.conversation_id])
    return f"{settings.PUBLIC_URL}/n/unsubscribe/{token}"


def subscription_of_token(token: str) -> tuple[Subscription, User]:
    """What the link is about, and whose it is. Raises NotFound for one that was made up, or is of somebody who left."""
    try:
        user_id, conversation_id = signing.Signer(salt=SALT).unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError) as fault:
        raise NotFound from fault
    user = User.objects.filter(id=user_id, is_active=True).first()
    if user is None:
        raise NotFound
    if conversation_id is not None:
        access_participant(user_id=user_id, conversation_id=conversation_id)
    return Subscription(user_id, conversation_id), user


def unsubscribe(subscription: Subscription) -> str:
    """Stop these; doing it again changes nothing. Returns the level that `resubscribe` restores."""
    if subscription.conversation_id is None:
        _email_set(subscription.user_id, wanted=False)
        return Participant.Level.ALL
    return _level_set(subscription.user_id, subscription.conversation_id, Participant.Level.NONE)


def resubscribe(subscription: Subscription, *, level: str) -> None:
    """Undo it. A `level` that is none, or tells of nothing, is taken for `all`."""
    if subscription.conversation_id is None:
        _email_set(subscription.user_id, wanted=True)
        return
    wanted = level if level == Participant.Level.MENTIONS else Participant.Level.ALL
    _level_set(subscription.user_id, subscription.conversation_id, wanted)


@transaction.atomic
def _email_set(user_id: int, *, wanted: bool) -> None:
    NotificationSettings.objects.update_or_create(user_id=user_id, defaults={"email": wanted})
    bursts_wake(recipient_id=user_id)


def _level_set(user_id: int, conversation_id: int, level: str) -> str:
    """The level as it was before."""
    participant = access_participant(user_id=user_id, conversation_id=conversation_id)
    if participant.level != level:
        muted_until = participant.muted_until
        notifications_set(user_id=user_id, conversation_id=conversation_id, level=level, muted_until=muted_until)
    return participant.level
