"""Letters as the core would hand them to a channel, without a database: to see and to measure what is made of them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from backend.accounts.models import User
from backend.chat.models import Conversation
from backend.notifications.models import Burst, Delivery
from backend.notifications.selectors.outbox import MissedMessage
from backend.notifications.verdicts import Channel
from worker.letter import Letter, Part

MORNING = datetime(2026, 10, 6, 20, 0, tzinfo=UTC)
BOB = {"id": 2, "name": "Bob", "email": "bob@example.com", "timezone": "Asia/Kolkata"}
Said = tuple[int, str, str]  # minutes after MORNING, who, what


def reader(**changes: object) -> User:
    """Bob, or somebody like him."""
    return User(**BOB | changes)


def part(conversation_id: int, said: Sequence[Said], *, title: str = "") -> Part:
    """A direct conversation, or a group if it has a title. Who says the same name is the same person."""
    names = list(dict.fromkeys(name for _, name, _ in said))
    kind = Conversation.Kind.GROUP if title or len(names) > 1 else Conversation.Kind.DIRECT
    conversation = Conversation(id=conversation_id, kind=kind, title=title)
    messages = tuple(
        MissedMessage(seq, 100 + names.index(name), name, text, MORNING + timedelta(minutes=minutes), False)
        for seq, (minutes, name, text) in enumerate(said, 1)
    )
    return Part(Burst(id=conversation_id, conversation=conversation), conversation, messages)


def letter(*parts: Part, to: User | None = None, hide_content: bool = False) -> Letter:
    """A delivery of these parts by email; without parts, a test."""
    user = to or reader()
    key = f"{'n' if len(parts) == 1 else 'd'}.{parts[0].burst.id}.1" if parts else "t.1"
    delivery = Delivery(id=1, recipient=user, channel=Channel.EMAIL, key=key, created_at=MORNING + timedelta(hours=1))
    return Letter(delivery, user, hide_content, parts)
