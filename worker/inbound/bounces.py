"""A mail to a bounce address may be the report that the mailbox of its owner does not exist (RFC 3464)."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from backend.accounts.models import User
from backend.notifications.mailbox import Bounce
from backend.notifications.services.suppression import address_suppress
from backend.notifications.statuses import is_of_address, status_in
from worker.inbound import answers
from worker.inbound.mail import children, field, fields

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Failure:
    """That a mail to `address` (lower case) has failed; `words` are those of its server, one line."""

    address: str
    status: str
    words: str


def bounce_take(bounce: Bounce, mail: Message) -> str:
    """Suppress the address of the bounce's owner, if the report is about it and says that no mail will ever arrive.

    Returns the answer for whoever handed it over.
    """
    user = User.objects.filter(id=bounce.user_id).first()
    for failure in failures_of(mail):
        if user is not None and failure.address == user.email and is_of_address(failure.status):
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
    named, status = fields(block, "Final-Recipient"), status_in(field(block, "Status"))
    if len(named) == 1 and status:
        address = named[0].partition(";")[2].strip().strip("<>").lower()
        words = field(block, "Diagnostic-Code").partition(";")[2].strip()
        yield Failure(address, status, words or status)


def _parameter(mail: Message, name: str) -> str:
    return str(mail.get_param(name, "")).lower()
