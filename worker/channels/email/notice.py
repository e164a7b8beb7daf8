"""The mail about a burst: what was missed, as its recipient would say it."""

from datetime import datetime, tzinfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils.dateformat import format as date_format

from backend.notifications.selectors.outbox import MissedMessage
from backend.notifications.unsubscribe import Subscription, unsubscribe_url
from worker.channels.email.headers import notice_headers
from worker.channels.email.names import address, clean_name, names_list
from worker.channels.email.render import mail_build
from worker.letter import Letter, Part
from worker.situation import zone_of

SHOWN_MAX = 20  # messages; the rest is counted
TEXT_MAX = 2000  # characters of one message: with SHOWN_MAX, below the 102 KB at which Gmail cuts a mail off


def notice_build(letter: Letter) -> EmailMultiAlternatives:
    """The same letter always gives the same mail."""
    part = letter.parts[0]
    title, count = _title(part), len(part.messages)
    zone = zone_of(letter.recipient)
    facts = {
        "title": title,
        "is_group": not part.conversation.is_direct,
        "count": count,
        "more": max(0, count - SHOWN_MAX),
        "messages": [_message(message, zone) for message in part.messages[:SHOWN_MAX]],
        "zone": letter.recipient.timezone,
        "link": f"{settings.PUBLIC_URL}/c/{part.conversation.id}",
        "stop": unsubscribe_url(Subscription(letter.recipient.id, part.conversation.id)),
    }
    return mail_build(
        template="notice",
        subject=f"{title}: {count} new message{'' if count == 1 else 's'}",
        to=address(letter.recipient.name, letter.recipient.email),
        facts=facts,
        headers=notice_headers(letter),
    )


def _title(part: Part) -> str:
    senders = names_list([message.sender_name for message in part.messages])
    return clean_name(part.conversation.title) or senders or "Hark"


def _message(message: MissedMessage, zone: tzinfo) -> dict[str, str]:
    return {
        "sender": clean_name(message.sender_name),
        "time": _time(message.created_at, zone),
        "text": message.text if len(message.text) <= TEXT_MAX else f"{message.text[:TEXT_MAX].rstrip()}…",
    }


def _time(moment: datetime, zone: tzinfo) -> str:
    return date_format(moment.astimezone(zone), "D j M, H:i")
