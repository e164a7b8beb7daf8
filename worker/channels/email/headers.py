"""The headers that thread a mail, name it the same at every attempt, and let it be stopped with one click."""

from email.utils import format_datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.crypto import salted_hmac

from backend.notifications.models import Burst
from backend.notifications.unsubscribe import Subscription, unsubscribe_url

MARK_LENGTH = 20  # hex digits of the HMAC: enough that nobody guesses one


def notice_headers(burst: Burst) -> dict[str, str]:
    """RFC 5322 (3.6.4), RFC 3834, RFC 2919 and RFC 8058. Made of ids only, so the same for every attempt."""
    root = message_id("c", burst.conversation_id, burst.recipient_id)
    return {
        "Message-ID": message_id("n", burst.id),
        "In-Reply-To": root,
        "References": root,
        "Date": format_datetime(burst.created_at),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "List-Id": f"<conversation-{burst.conversation_id}.{_host()}>",
        "List-Unsubscribe": f"<{unsubscribe_url(Subscription(burst.recipient_id, burst.conversation_id))}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def message_id(kind: str, *ids: int) -> str:
    """`<n.12.1f2e3d...@chat.example.org>`: the same ids give the same one, and only Hark can make it."""
    name = ".".join([kind, *map(str, ids)])
    mark = salted_hmac("worker.email.message-id", name, algorithm="sha256").hexdigest()[:MARK_LENGTH]
    return f"<{name}.{mark}@{_host()}>"


def _host() -> str:
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    return f"[{host}]" if ":" in host else host
