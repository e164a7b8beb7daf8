"""The mail about a burst: what was missed, as its recipient would say it."""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils.dateformat import format as date_format

from backend.accounts.models import User
from backend.chat.models import Conversation
from backend.notifications.models import Burst
from backend.notifications.selectors import MissedMessage
from backend.notifications.unsubscribe import Subscription, unsubscribe_url
from worker.channels.email.headers import notice_headers
from worker.channels.email.names import address, clean_name, names_list
from worker.channels.email.render import mail_build

SHOWN_MAX = 20  # messages; the rest is counted
TEXT_MAX = 2000  # characters of one message: with SHOWN_MAX, below the 102 KB at which Gmail cuts a mail off


@dataclass(frozen=True)
class Notice:
    """Who is told, of which messages (at least one), in which conversation."""

    burst: Burst
    recipient: User
    conversation: Conversation
    told: tuple[MissedMessage, ...]


def notice_build(notice: Notice) -> EmailMultiAlternatives:
    """The same notice always gives the same mail."""
    title, count = _title(notice), len(notice.told)
    zone = _zone(notice.recipient)
    facts = {
        "title": title,
        "is_group": not notice.conversation.is_direct,
        "count": count,
        "more": max(0, count - SHOWN_MAX),
        "messages": [_message(message, zone) for message in notice.told[:SHOWN_MAX]],
        "zone": notice.recipient.timezone,
        "link": f"{settings.PUBLIC_URL}/c/{notice.conversation.id}",
        "stop": unsubscribe_url(Subscription(notice.recipient.id, notice.conversation.id)),
    }
    return mail_build(
        template="notice",
        subject=f"{title}: {count} new message{'' if count == 1 else 's'}",
        to=address(notice.recipient.name, notice.recipient.email),
        facts=facts,
        headers=notice_headers(notice.burst),
    )


def _title(notice: Notice) -> str:
    senders = names_list([message.sender_name for message in notice.told])
    return clean_name(notice.conversation.title) or senders or "Hark"


def _zone(user: User) -> tzinfo:
    try:
        return ZoneInfo(user.timezone)
    except (LookupError, ValueError):  # a zone this machine has not heard of
        return UTC


def _message(message: MissedMessage, zone: tzinfo) -> dict[str, str]:
    return {
        "sender": clean_name(message.sender_name),
        "time": _time(message.created_at, zone),
        "text": message.text if len(message.text) <= TEXT_MAX else f"{message.text[:TEXT_MAX].rstrip()}…",
    }


def _time(moment: datetime, zone: tzinfo) -> str:
    return date_format(moment.astimezone(zone), "D j M, H:i")
