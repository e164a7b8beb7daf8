"""A real SMTP server that keeps what it is given, or refuses it as told."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Event

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

TAKEN = "250 OK"


@dataclass
class MailServer:
    """`rcpt_answers` and `data_answers` are used up one by one, then every mail is taken.

    While `silent_at` is "RCPT" or "DATA", the server does not answer there; a mail at DATA is taken before.
    """

    host: str = "127.0.0.1"
    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    rcpt_answers: list[str] = field(default_factory=list)
    data_answers: list[str] = field(default_factory=list)
    silent_at: str = ""
    reached: Event = field(default_factory=Event)  # the silence

    @property
    def url(self) -> str:
        """What EMAIL_URL is set to."""
        return f"smtp://{self.host}:{self.port}"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.rcpt_answers.pop(0) if self.rcpt_answers else TAKEN
        if answer == TAKEN:
            envelope.rcpt_tos.append(address)
        await self._silence("RCPT")
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.data_answers.pop(0) if self.data_answers else TAKEN
        if answer == TAKEN:
            content = envelope.original_content or b""
            self.mails.append(message_from_bytes(content, policy=policy.default))
            self.recipients.extend(envelope.rcpt_tos)
        await self._silence("DATA")
        return answer

    async def _silence(self, step: str) -> None:
        while self.silent_at == step:
            self.reached.set()
            await asyncio.sleep(0.05)


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A server on a free port of this machine."""
    server = MailServer(port=_free_port())
    controller = Controller(server, hostname=server.host, port=server.port)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def text_of(mail: EmailMessage, subtype: str = "plain") -> str:
    """The part of this kind."""
    part = mail.get_body((subtype,))
    assert part is not None
    return str(part.get_content())
