"""The headers that thread a mail, name it the same at every attempt, and let it be stopped with one click."""

from email.utils import format_datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.crypto import salted_hmac

from backend.notifications.unsubscribe import Subscription, unsubscribe_url
from worker.letter import Letter

MARK_LENGTH = 20  # hex digits of the HMAC: enough that nobody guesses one
# RFC 3834, and what Exchange wants instead: no answer from a machine.
FROM_A_MACHINE = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


def letter_headers(letter: Letter) -> dict[str, str]:
    """RFC 5322 (3.6.4), RFC 3834, RFC 2919 and RFC 8058. Made of ids only, so the same for every attempt.

    What tells of one conversation hangs under its root and can be stopped for it. A digest has no thread, and one click
    stops all emails. A test belongs to nothing.
    """
    delivery = letter.delivery
    headers = {
        "Message-ID": message_id(delivery.key),
        "Date": format_datetime(delivery.created_at),
        **FROM_A_MACHINE,
    }
    if len(letter.parts) == 1:
        headers |= _thread(letter.parts[0].conversation.id, delivery.recipient_id)
    if letter.parts:
        headers |= _one_click(subscription_of(letter))
    return headers


def subscription_of(letter: Letter) -> Subscription:
    """What one click stops: the conversation, or of a digest all emails."""
    only = letter.parts[0].conversation.id if len(letter.parts) == 1 else None
    return Subscription(letter.recipient.id, only)


def message_id(name: str) -> str:
    """`<n.12.1.1f2e3d...@chat.example.org>`: the same name gives the same one, and only Hark can make it."""
    mark = salted_hmac("worker.email.message-id", name, algorithm="sha256").hexdigest()[:MARK_LENGTH]
    return f"<{name}.{mark}@{_host()}>"


def _thread(conversation_id: int, recipient_id: int) -> dict[str, str]:
    root = message_id(f"c.{conversation_id}.{recipient_id}")
    return {"In-Reply-To": root, "References": root, "List-Id": f"<conversation-{conversation_id}.{_host()}>"}


def _one_click(subscription: Subscription) -> dict[str, str]:
    return {
        "List-Unsubscribe": f"<{unsubscribe_url(subscription)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _host() -> str:
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    return f"[{host}]" if ":" in host else host
