"""The addresses at which Hark itself receives mail: answers to a notification, and bounces.

A local part is `r-` or `b-` and 55 characters of base32 (RFC 4648): for whom, for which conversation, since which day,
and an HMAC that only Hark can make. That is 57 octets of the 64 of RFC 5321 (4.5.3.1.1), in lower case, because servers
on the way may fold the case. Addresses of before have 48 characters and a shorter HMAC, and are good until they are too
old.
"""

import base64
import binascii
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

REPLY, BOUNCE = "r", "b"
FACTS = struct.Struct(">QQH")  # user id, conversation id (0 in a bounce address), days since EPOCH
EPOCH = date(2020, 1, 1)  # two octets of days reach to the year 2199
MARK_LENGTH = 16  # octets of the HMAC-SHA256: 128 bits
FORMER_MARK_LENGTH = 12
LOCAL_PART = r"[rb]-[a-z2-7]{48}(?:[a-z2-7]{7})?"  # what an address of ours looks like, in lower case
BASE32_GROUP = 8  # characters
REPLY_DAYS = 90
BOUNCE_DAYS = 7  # servers give up and send their bounce after four or five days (RFC 5321, 4.5.4.1)


class AddressUnknown(Exception):
    """Hark has not made this address."""


class AddressTooOld(Exception):
    """Hark has made this address, but it is good no more."""


@dataclass(frozen=True)
class Reply:
    """Whose mail becomes a message in which conversation. `made_on` is a day in UTC."""

    user_id: int
    conversation_id: int
    made_on: date


@dataclass(frozen=True)
class Bounce:
    """Whose mail came back. `made_on` is a day in UTC."""

    user_id: int
    made_on: date


def reply_address(*, user_id: int, conversation_id: int) -> str | None:
    """Where this user's mail becomes a message in this conversation; None without HARK_INBOUND_DOMAIN."""
    return _address(REPLY, user_id, conversation_id)


def bounce_address(*, user_id: int) -> str | None:
    """Where mail to this user comes back to if it cannot be delivered; None without HARK_INBOUND_DOMAIN."""
    return _address(BOUNCE, user_id, 0)


def reply_of(local_part: str) -> Reply:
    """What a reply address stands for. Raises AddressUnknown, or AddressTooOld after REPLY_DAYS."""
    user_id, conversation_id, made_on = _read(REPLY, local_part, REPLY_DAYS)
    return Reply(user_id, conversation_id, made_on)


def bounce_of(local_part: str) -> Bounce:
    """What a bounce address stands for. Raises AddressUnknown, or AddressTooOld after BOUNCE_DAYS."""
    user_id, _, made_on = _read(BOUNCE, local_part, BOUNCE_DAYS)
    return Bounce(user_id, made_on)


def listens_at() -> tuple[str, int]:
    """Host and port of HARK_INBOUND_LISTEN."""
    host, _, port = settings.HARK_INBOUND_LISTEN.rpartition(":")
    return host.strip("[]"), int(port)


def _address(kind: str, user_id: int, conversation_id: int) -> str | None:
    if not settings.HARK_INBOUND_DOMAIN:
        return None
    facts = FACTS.pack(user_id, conversation_id, (_today() - EPOCH).days)
    token = _encoded(facts + _mark(kind, facts, settings.SECRET_KEY))
    return f"{kind}-{token}@{settings.HARK_INBOUND_DOMAIN}"


def _encoded(octets: bytes) -> str:
    return base64.b32encode(octets).decode().rstrip("=").lower()


def _read(kind: str, local_part: str, good_for: int) -> tuple[int, int, date]:
    facts = _facts(kind, local_part)
    user_id, conversation_id, day = FACTS.unpack(facts)
    made_on = EPOCH + timedelta(days=day)
    if _today() - made_on > timedelta(days=good_for):
        raise AddressTooOld
    return user_id, conversation_id, made_on


def _facts(kind: str, local_part: str) -> bytes:
    """What was signed. Raises AddressUnknown unless it was signed by us, for this kind of address."""
    prefix, _, token = local_part.lower().partition("-")
    try:
        octets = base64.b32decode(token.encode("ascii") + b"=" * (-len(token) % BASE32_GROUP), casefold=True)
    except (UnicodeEncodeError, binascii.Error) as fault:
        raise AddressUnknown from fault
    facts, mark = octets[: FACTS.size], octets[FACTS.size :]
    if prefix != kind or len(mark) not in (MARK_LENGTH, FORMER_MARK_LENGTH) or _encoded(octets) != token:
        raise AddressUnknown
    if not any(constant_time_compare(mark, _mark(kind, facts, key)[: len(mark)]) for key in _keys()):
        raise AddressUnknown
    return facts


def _keys() -> Iterator[str]:
    yield settings.SECRET_KEY
    yield from settings.SECRET_KEY_FALLBACKS


def _mark(kind: str, facts: bytes, key: str) -> bytes:
    return salted_hmac(f"notifications.mailbox.{kind}", facts, secret=key, algorithm="sha256").digest()[:MARK_LENGTH]


def _today() -> date:
    return timezone.now().date()
