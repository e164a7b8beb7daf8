"""Answers RCPT and DATA: the loop waits, a few threads work with the database."""

import asyncio
import logging
import traceback
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from email.message import Message

import django.db
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import close_old_connections

from backend.notifications.mailbox import (
    REPLY,
    AddressTooOld,
    AddressUnknown,
    Bounce,
    Reply,
    bounce_of,
    reply_of,
)
from worker.inbound import answers
from worker.inbound.answers import Refused
from worker.inbound.bounces import bounce_take
from worker.inbound.mail import mail_read
from worker.inbound.replies import reply_post

SIZE_MAX = 10 * 1024 * 1024  # octets of a mail
THREADS = 4  # each with a database connection
RECIPIENTS_MAX = {"smtp": 1, "lmtp": 20}  # SMTP has one answer for all of them, LMTP one for each (RFC 2033)

log = logging.getLogger(__name__)


class Receiver:
    """What aiosmtpd asks (its hooks are the methods with `handle_`)."""

    def __init__(self) -> None:
        self.recipients_max = RECIPIENTS_MAX[settings.HARK_INBOUND_PROTOCOL]
        self.pool = ThreadPoolExecutor(THREADS, thread_name_prefix="inbound")

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Say how large a mail may be (RFC 1870)."""
        session.host_name = hostname
        return [responses[0], f"250-SIZE {SIZE_MAX}", *responses[1:]]

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Refuse what says itself that it is too large (RFC 1870, 6.1)."""
        sizes = [option.removeprefix("SIZE=") for option in options if option.startswith("SIZE=")]
        if any(not size.isdecimal() or len(size) > 20 or int(size) > SIZE_MAX for size in sizes):
            return answers.TOO_LARGE
        envelope.mail_from = address
        return answers.OK

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take an address of ours; this needs no database."""
        if len(envelope.rcpt_tos) >= self.recipients_max:
            return answers.ENOUGH_RECIPIENTS
        try:
            recipient_of(address)
        except Refused as refusal:
            log.info("refused a recipient from %s: %s", (session.peer or "?")[0], refusal.answer)
            return refusal.answer
        envelope.rcpt_tos.append(address)
        return answers.OK

    async def handle_exception(self, fault: Exception) -> str:
        """A fault of ours, or a command that no grammar allows."""
        fault_log(fault)
        return answers.LATER

    async def take(self, octets: bytes, envelope: Envelope) -> list[str]:
        """One answer for each recipient, when all that it says is done."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self.pool, _in_thread, octets, envelope.mail_from or "", list(envelope.rcpt_tos)
        )


def _in_thread(octets: bytes, envelope_sender: str, addresses: Sequence[str]) -> list[str]:
    """As around a request: a connection that has died meanwhile is made anew."""
    close_old_connections()
    try:
        return mail_take(octets, envelope_sender, addresses)
    finally:
        close_old_connections()


def recipient_of(address: str) -> Reply | Bounce:
    """What an address of ours stands for. Raises Refused."""
    local_part, _, domain = address.rpartition("@")
    if domain.lower() != settings.HARK_INBOUND_DOMAIN:
        raise Refused(answers.NO_RELAY)
    try:
        return reply_of(local_part) if local_part[:1].lower() == REPLY else bounce_of(local_part)
    except AddressUnknown as fault:
        raise Refused(answers.UNKNOWN) from fault
    except AddressTooOld as fault:
        raise Refused(answers.TOO_OLD) from fault


def mail_take(octets: bytes, envelope_sender: str, addresses: Sequence[str]) -> list[str]:
    """Do what the mail asks for, for each recipient; the answer to each. Raises nothing."""
    try:
        mail = mail_read(octets)
    except Refused as refusal:
        log.info("refused a mail: %s", refusal.answer)
        return [refusal.answer] * len(addresses)
    except Exception as fault:
        fault_log(fault)
        return [answers.LATER] * len(addresses)
    return [_take(mail, address, envelope_sender) for address in addresses]


def _take(mail: Message, address: str, envelope_sender: str) -> str:
    try:
        recipient = recipient_of(address)
        if isinstance(recipient, Bounce):
            return bounce_take(recipient, mail)
        return reply_post(recipient, mail, envelope_sender=envelope_sender)
    except Refused as refusal:
        log.info("refused a mail: %s", refusal.answer)
        return refusal.answer
    except django.db.Error as fault:
        log.warning("the database does not take a mail: %s", type(fault).__name__)
        return answers.LATER
    except Exception as fault:
        fault_log(fault)
        return answers.LATER


def fault_log(fault: Exception) -> None:
    """Where it happened, without the words of the exception: they may be those of a stranger's mail."""
    log.error("a fault of ours: %s\n%s", type(fault).__name__, "".join(traceback.format_tb(fault.__traceback__)))
