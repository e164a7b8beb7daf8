"""What of a letter is shown: bounded, in blocks of one sender, in the reader's language and time zone."""

import quopri
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta, tzinfo
from itertools import islice

from django.conf import settings
from django.utils.dateformat import format as date_format
from django.utils.html import escape
from django.utils.translation import gettext, ngettext, pgettext

from backend.notifications.selectors.outbox import MissedMessage
from backend.notifications.unsubscribe import Subscription, unsubscribe_url
from worker.channels.email.names import clean_name, isolated, names_list
from worker.letter import Letter, Part
from worker.situation import zone_of

# Gmail cuts a mail off at 102 KB. What stands around the messages takes up to 30 KB, with names of 60 emoji.
BUDGET = 60_000  # bytes of messages, as text and as HTML, when every byte that is not ASCII travels as three
MARKUP = 600  # of them, around each message
PARTS_MAX = 10  # conversations shown in one mail; the rest is counted
SHOWN_MAX = 20  # messages shown of the only conversation
SHOWN_OF_MANY = 5  # messages shown of each conversation in a digest
TEXT_MAX = 2000  # characters of one message
TEXT_OF_MANY = 500  # characters of one message in a digest
SAME_BREATH = timedelta(minutes=10)  # a pause after which the time is told anew
PREVIEW_MAX = 140  # characters that a list of mails shows beside the subject


@dataclass(frozen=True)
class Block:
    """What one person wrote in one go."""

    sender: str
    time: str
    texts: tuple[str, ...]

    @property
    def indented(self) -> str:
        """For the plain text: nothing anybody writes can be taken for a line of Hark's own."""
        return "\n".join(f"  {line}".rstrip() for text in self.texts for line in text.splitlines())


@dataclass(frozen=True)
class Told:
    """One conversation as it stands in the mail. `more` is the sentence about messages that are not shown."""

    name: str
    count: int
    heading: str
    blocks: tuple[Block, ...]
    more: str
    link: str
    stop: str

    @property
    def preview(self) -> str:
        """The beginning, for the list of mails."""
        line = " ".join(f"{self.blocks[0].sender}: {self.blocks[0].texts[0]}".split()) if self.blocks else self.heading
        return cut(line, PREVIEW_MAX)


def told_of(letter: Letter) -> tuple[Told, ...]:
    """The conversations that are shown, at most PARTS_MAX."""
    parts = letter.parts[:PARTS_MAX]
    return tuple(_told(letter, part, BUDGET // len(parts)) for part in parts)


def message_count(letter: Letter) -> int:
    """All that is told, shown or not."""
    return sum(len(part.messages) for part in letter.parts)


def part_name(part: Part) -> str:
    """What the reader calls the conversation: its title, or who wrote."""
    title = clean_name(part.conversation.title)
    senders = names_list([message.sender_name for message in part.messages])
    return isolated(title) if title else senders or gettext("somebody")


def part_link(part: Part) -> str:
    """Opens the conversation."""
    return f"{settings.PUBLIC_URL}/c/{part.conversation.id}"


def cut(text: str, most: int) -> str:
    """At most so many characters."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _told(letter: Letter, part: Part, budget: int) -> Told:
    is_only = len(letter.parts) == 1
    limits = (SHOWN_MAX, TEXT_MAX) if is_only else (SHOWN_OF_MANY, TEXT_OF_MANY)
    blocks = _blocks(part.messages, zone_of(letter.recipient), budget, *limits)
    count = len(part.messages)
    return Told(
        name=part_name(part),
        count=count,
        heading=_heading(part, count),
        blocks=blocks,
        more=_more(count - sum(len(block.texts) for block in blocks)),
        link=part_link(part),
        stop=unsubscribe_url(Subscription(letter.recipient.id, part.conversation.id)),
    )


def _heading(part: Part, count: int) -> str:
    if clean_name(part.conversation.title):
        words = ngettext("%(count)d new message in %(name)s", "%(count)d new messages in %(name)s", count)
    else:
        words = ngettext("%(count)d new message from %(name)s", "%(count)d new messages from %(name)s", count)
    return words % {"count": count, "name": part_name(part)}


def _more(count: int) -> str:
    if not count:
        return ""
    return ngettext("and %(count)d more message", "and %(count)d more messages", count) % {"count": count}


def _blocks(
    messages: Sequence[MissedMessage], zone: tzinfo, budget: int, most: int, text_most: int
) -> tuple[Block, ...]:
    """As many as are allowed of the first messages; what is too large for the budget is cut short."""
    blocks: list[Block] = []
    last: MissedMessage | None = None
    for message in islice(messages, most):
        goes_on = last is not None and _goes_on(last, message)
        budget -= 0 if goes_on else _cost(_sender(message))
        text = _fitting(message.text, text_most, budget)
        if not text:
            break
        budget -= _cost(text) + MARKUP
        if goes_on:
            blocks[-1] = replace(blocks[-1], texts=(*blocks[-1].texts, text))
        else:
            blocks.append(Block(_sender(message), _time(message, zone), (text,)))
        last = message
    return tuple(blocks)


def _goes_on(last: MissedMessage, message: MissedMessage) -> bool:
    return last.sender_id == message.sender_id and message.created_at - last.created_at < SAME_BREATH


def _sender(message: MissedMessage) -> str:
    return isolated(clean_name(message.sender_name)) or gettext("somebody")


def _time(message: MissedMessage, zone: tzinfo) -> str:
    # Translators: a day without its year, and a time, in the letters of Django's date filter
    return date_format(message.created_at.astimezone(zone), pgettext("day and time", "D j M, H:i"))


def _fitting(text: str, most: int, budget: int) -> str:
    """The text, or as much of its beginning as fits; empty if nothing does."""
    text = cut(text, most)
    while len(text) > 1 and _cost(text) > budget:
        text = cut(text, len(text) // 2)
    return text if _cost(text) <= budget else ""


def _cost(text: str) -> int:
    """Bytes that a text takes, in both forms and as quoted-printable (RFC 2045), the longest way it can travel."""
    html = escape(text).replace("\n", "<br>")
    return sum(len(quopri.encodestring(form.encode())) for form in (text, html))
