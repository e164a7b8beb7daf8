"""What a mail server's refusal means: for the address, for the mail, for our set-up, or for now."""

import logging
import re
from enum import Enum

from worker.channels.outcome import PermanentFailure, SendFailure, TransientFailure

log = logging.getLogger(__name__)

PERMANENT = 500  # reply codes from here on will not change by waiting (RFC 5321, 4.2.1)
NO_MAILBOX = 550  # after RCPT and without an enhanced code: there is no such mailbox
ENHANCED = re.compile(r"\b[245]\.(\d{1,3}\.\d{1,3})\b")  # RFC 2034: the status code begins the text of the reply

# Enhanced status codes (RFC 3463 and the IANA registry), without their class.
OF_THE_SENDER = frozenset({"1.7", "1.8"})  # addressing, but of MAIL FROM: bad syntax, bad system
MAILBOX_DISABLED = "2.1"
MAILBOX_FULL = "2.2"
NO_ROUTE = "4.4"  # their DNS is broken for the moment, more often than their domain is gone


class AddressRefused(PermanentFailure):
    """There is no such mailbox: no mail to it will ever arrive."""


class Step(Enum):
    """What was refused."""

    OURS = "ours"  # connection, TLS, sign-in, MAIL FROM: whatever is said, another mail would hear the same
    RECIPIENT = "recipient"
    MAIL = "mail"


def refusal(step: Step, code: int, words: bytes | str) -> SendFailure:
    """The failure that a reply stands for; those of our own set-up go to the log, for they stop all mail."""
    text = " ".join((words.decode(errors="replace") if isinstance(words, bytes) else words).split())
    said, status = f"{code} {text}", _status(text)
    if code < PERMANENT:
        return TransientFailure(said)
    if step is Step.OURS or status in OF_THE_SENDER:
        return fault_of_ours(said)
    if status in {MAILBOX_FULL, NO_ROUTE}:
        return TransientFailure(said)
    if _is_of_address(step, code, status):
        return AddressRefused(said)
    return PermanentFailure(said)


def fault_of_ours(said: str) -> TransientFailure:
    """No mail goes out until the set-up is mended: then all of it does."""
    log.error("the mail server takes no mail from us: %s", said)
    return TransientFailure(said)


def _status(text: str) -> str:
    found = ENHANCED.match(text)
    return found[1] if found else ""


def _is_of_address(step: Step, code: int, status: str) -> bool:
    if status:
        return status.startswith("1.") or status == MAILBOX_DISABLED
    return step is Step.RECIPIENT and code == NO_MAILBOX
