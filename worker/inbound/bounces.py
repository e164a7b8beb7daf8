"""A mail to a bounce address may be the report that the mailbox of its owner does not exist (RFC 3464)."""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from backend.accounts.models import User
from backend.notifications.mailbox import Bounce
from backend.notifications.services.suppression import address_suppress
from worker.inbound import answers
from worker.inbound.mail import children, field, fields

# The mailbox or its domain is not there, has moved or is switched off, and waiting does not help (RFC 3463, RFC 7505).
# Not: 5.1.7 and 5.1.8 (our own address is refused), 5.2.2 (full), 5.4.4 (no route), 5.7.x (refused by a policy).
FOR_GOOD = {"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"}
STATUS = re.compile(r"(\d\.\d{1,3}\.\d{1,3})(?!\d)")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Failure:
    """That a mail to `address` (lower case) has failed; `words` are those of its server, one line."""

    address: str
    status: str
    words: str


def bounce_take(bounce: Bounce, mail: Message) -> str:
    """Suppress the address of the bounce's owner, if the report is about it. The answer for whoever handed it over."""
    user = User.objects.filter(id=bounce.user_id).first()
    for failure in failures_of(mail):
        if user is not None and failure.address == user.email and failure.status in FOR_GOOD:
            address_suppress(email=user.email, reason=failure.words)
            log.info("the mailbox of user %s is not there: %s", user.id, failure.status)
    return answers.NOTED


def failures_of(mail: Message) -> Iterator[Failure]:
    """What a delivery status notification says has failed; nothing for any other mail."""
    if mail.get_content_type() != "multipart/report" or _parameter(mail, "report-type") != "delivery-status":
        return
    for part in children(mail):
        blocks = part.get_payload()
        if part.get_content_type() == "message/delivery-status" and isinstance(blocks, list):
            for block in blocks:
                if isinstance(block, Message) and field(block, "Action").lower() == "failed":
                    yield from _failure(block)


def _failure(block: Message) -> Iterator[Failure]:
    """The fields about one recipient (RFC 3464, 2.3). One that names none, or several, tells nothing."""
    named, status = fields(block, "Final-Recipient"), STATUS.match(field(block, "Status"))
    if len(named) == 1 and status:
        address = named[0].partition(";")[2].strip().strip("<>").lower()
        words = field(block, "Diagnostic-Code").partition(";")[2].strip()
        yield Failure(address, status[1], words or status[1])


def _parameter(mail: Message, name: str) -> str:
    return str(mail.get_param(name, "")).lower()
