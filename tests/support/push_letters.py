"""Letters without a database: what a channel is given, for tests of how it puts it into words."""

from datetime import UTC, datetime

from backend.accounts.models import User
from backend.chat.models import Conversation
from backend.notifications.models import Burst, Delivery
from backend.notifications.selectors.outbox import MissedMessage
from worker.letter import Letter, Part

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def missed(text: str, *, sender: str = "Alice", seq: int = 1) -> MissedMessage:
    return MissedMessage(seq=seq, sender_id=1, sender_name=sender, text=text, created_at=NOON, deleted=False)


def letter_of(
    *messages: MissedMessage,
    kind: str = "direct",
    title: str = "",
    hide: bool = False,
    id: int = 12,
    user_id: int = 2,
    language: str = "en",
) -> Letter:
    """To Bob, about one conversation; without messages a test letter."""
    recipient = User(id=user_id, name="Bob", email="bob@example.com", language=language)
    delivery = Delivery(recipient=recipient, channel="push", key="n.1.1", created_at=NOON)
    conversation = Conversation(id=id, kind=kind, title=title)
    parts = (Part(Burst(id=1), conversation, messages),) if messages else ()
    return Letter(delivery, recipient, hide, parts)
