"""The link in every email: one click, no sign-in (RFC 8058), for ever, for one conversation."""

from dataclasses import dataclass

from django.conf import settings
from django.core import signing

from backend.api.errors import NotFound
from backend.chat.models import Participant
from backend.chat.selectors import access_participant
from backend.chat.services import notifications_set

SALT = "notifications.unsubscribe"


@dataclass(frozen=True)
class Subscription:
    """Whose emails about what."""

    user_id: int
    conversation_id: int


def unsubscribe_url(subscription: Subscription) -> str:
    """The address that stops these emails."""
    token = signing.Signer(salt=SALT).sign_object([subscription.user_id, subscription.conversation_id])
    return f"{settings.PUBLIC_URL}/n/unsubscribe/{token}"


def subscription_of_token(token: str) -> Subscription:
    """What the link is about. Raises NotFound for one that was made up, or is of somebody who left."""
    try:
        user_id, conversation_id = signing.Signer(salt=SALT).unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError) as fault:
        raise NotFound from fault
    access_participant(user_id=user_id, conversation_id=conversation_id)
    return Subscription(user_id, conversation_id)


def unsubscribe(subscription: Subscription) -> None:
    """No more emails about this conversation; doing it again changes nothing."""
    _level_set(subscription, Participant.Level.NONE)


def resubscribe(subscription: Subscription) -> None:
    """Emails about all messages again."""
    _level_set(subscription, Participant.Level.ALL)


def _level_set(subscription: Subscription, level: str) -> None:
    user_id, conversation_id = subscription.user_id, subscription.conversation_id
    participant = access_participant(user_id=user_id, conversation_id=conversation_id)
    if participant.level != level:
        muted_until = participant.muted_until
        notifications_set(user_id=user_id, conversation_id=conversation_id, level=level, muted_until=muted_until)
