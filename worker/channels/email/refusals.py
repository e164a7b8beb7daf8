"""What a mail server's refusal means: for the address, for the mail, for our set-up, or for now."""

import logging
from enum import Enum

from backend.notifications.statuses import OF_THE_SENDER, is_of_address, status_in
from worker.channels.outcome import PermanentFailure, SendFailure, TransientFailure

log = logging.getLogger(__name__)

PERMANENT = 500  # reply codes from here on will not change by waiting (RFC 5321, 4.2.1)
NO_MAILBOX = 550  # after RCPT and without an enhanced code: there is no such mailbox

# Enhanced status codes (RFC 3463) that pass, whatever their class says.
MAILBOX_FULL = "5.2.2"
NO_ROUTE = "5.4.4"  # their DNS is broken for the moment, more often than their domain is gone


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
    said, status = f"{code} {text}", status_in(text.partition(" ")[0])  # it begins the text (RFC 2034)
    if code < PERMANENT:
        return TransientFailure(said)
    if step is Step.OURS or status in OF_THE_SENDER:
        return fault_of_ours(said)
    if status in {MAILBOX_FULL, NO_ROUTE}:
        return TransientFailure(said)
    if is_of_address(status) or (not status and step is Step.RECIPIENT and code == NO_MAILBOX):
        return AddressRefused(said)
    return PermanentFailure(said)


def fault_of_ours(said: str) -> TransientFailure:
    """No mail goes out until the set-up is mended: then all of it does."""
    log.error("the mail server takes no mail from us: %s", said)
    return TransientFailure(said)
