"""What is to be told, to whom: the same for every channel, which puts it into its own words."""

from dataclasses import dataclass

from backend.accounts.models import User
from backend.chat.models import Conversation
from backend.notifications.models import Burst, Delivery
from backend.notifications.selectors.outbox import MissedMessage


@dataclass(frozen=True)
class Part:
    """What is told of one conversation: at least one message, ascending."""

    burst: Burst
    conversation: Conversation
    messages: tuple[MissedMessage, ...]


@dataclass(frozen=True)
class Letter:
    """A delivery with its contents as they are at the last moment. A digest has several parts."""

    delivery: Delivery
    recipient: User
    hide_content: bool
    parts: tuple[Part, ...]

    @property
    def counts(self) -> dict[int, int]:
        """Messages told by burst id."""
        return {part.burst.id: len(part.messages) for part in self.parts}
