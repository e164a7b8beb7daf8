"""The header fields of a push (RFC 8030, 5) and its proof of who sends it (RFC 8292)."""

import hashlib
import time
from base64 import urlsafe_b64encode

from django.conf import settings
from py_vapid import Vapid02

from backend.notifications.mentions import mentions
from backend.notifications.push import vapid
from backend.notifications.push.hosts import Endpoint
from worker.channels.webpush.payload import tag_of
from worker.letter import Letter

TTL = 24 * 3600  # seconds that the service keeps it for a browser that is off; 0 would be now or never
TOKEN_LIFE = 12 * 3600  # seconds; 24 hours are allowed, and clocks differ
TOPIC_BYTES = 24  # 32 characters of base64, the most that is allowed, without padding, which is not


def push_headers(letter: Letter, endpoint: Endpoint) -> dict[str, str]:
    """All but those of the encryption."""
    return {
        "Authorization": _authorization(endpoint),
        "Content-Type": "application/octet-stream",
        "TTL": str(TTL),
        "Topic": topic_of(letter),
        "Urgency": "high" if _is_urgent(letter) else "normal",
    }


def topic_of(letter: Letter) -> str:
    """The same for all that is told of a conversation: what was not delivered yet is replaced, not added to. The
    service sees it, so it says nothing to who has not our key."""
    key = hashlib.sha256(b"worker.webpush.topic:" + settings.SECRET_KEY.encode()).digest()
    about = f"{letter.recipient.id}:{tag_of(letter)}".encode()
    return urlsafe_b64encode(hashlib.blake2s(about, key=key, digest_size=TOPIC_BYTES).digest()).decode()


def _is_urgent(letter: Letter) -> bool:
    """Somebody speaks to them, or they asked for a test: worth waking a device that saves its battery."""
    return not letter.parts or any(
        part.conversation.is_direct or any(mentions(message.text, letter.recipient.name) for message in part.messages)
        for part in letter.parts
    )


def _authorization(endpoint: Endpoint) -> str:
    """Made anew for each push: claims that are shared name the wrong service (pywebpush, issue 79)."""
    claims = {"aud": endpoint.origin, "exp": int(time.time()) + TOKEN_LIFE, "sub": vapid.subject()}
    # Its own idea of an address is narrower than the standard; the system checks look at ours.
    signer = Vapid02(vapid.private_key(), conf={"no-strict": True})
    return str(signer.sign(claims)["Authorization"])
