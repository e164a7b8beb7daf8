"""A real SMTP server that keeps what it is given, or refuses it, falls silent or hangs up as told."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Event
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from worker.channels.email.pool import POOL

TAKEN = "250 OK"


@dataclass
class MailServer:
    """`mail_answers`, `rcpt_answers` and `data_answers` are used up one by one, then every mail is taken.

    While `silent_at` is "MAIL", "RCPT" or "DATA", the server does not answer there, and where `reset_at` says it resets
    the connection, once; a mail at DATA is taken before. `peers` are the connections that the mails came by.
    """

    host: str = "127.0.0.1"
    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    peers: list[tuple[str, int]] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    mail_answers: list[str] = field(default_factory=list)
    rcpt_answers: list[str] = field(default_factory=list)
    data_answers: list[str] = field(default_factory=list)
    silent_at: str = ""
    reset_at: str = ""
    reached: Event = field(default_factory=Event)  # the silence

    @property
    def url(self) -> str:
        """What EMAIL_URL is set to."""
        return f"smtp://{self.host}:{self.port}"

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self._transport, self._loop = server.transport, asyncio.get_running_loop()
        answer = self.mail_answers.pop(0) if self.mail_answers else TAKEN
        if answer == TAKEN:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        await self._trouble("MAIL", server)
        return answer

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.rcpt_answers.pop(0) if self.rcpt_answers else TAKEN
        if answer == TAKEN:
            envelope.rcpt_tos.append(address)
        await self._trouble("RCPT", server)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.data_answers.pop(0) if self.data_answers else TAKEN
        if answer == TAKEN:
            content = envelope.original_content or b""
            self.mails.append(message_from_bytes(content, policy=policy.default))
            self.recipients.extend(envelope.rcpt_tos)
            self.senders.append(envelope.mail_from or "")
            self.peers.append(session.peer)
            self.encrypted.append(session.ssl is not None or server.transport.get_extra_info("cipher") is not None)
        await self._trouble("DATA", server)
        return answer

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        """Bob's password is "right"."""
        self.logins.append(data.login.decode())
        return AuthResult(success=(data.login, data.password) == (b"bob", b"right"), handled=False)

    def hang_up(self) -> None:
        """Reset the connection that the last mail came by, as a server does that was restarted."""
        self._loop.call_soon_threadsafe(self._transport.abort)

    async def _trouble(self, step: str, server: SMTP) -> None:
        if self.reset_at == step:
            self.reset_at = ""
            server.transport.abort()
        while self.silent_at == step:
            self.reached.set()
            await asyncio.sleep(0.05)


@contextmanager
def mail_server(**options: Any) -> Iterator[MailServer]:
    """A server on a free port of this machine; `options` are aiosmtpd's. No connection of ours outlives it."""
    server = MailServer(port=_free_port())
    if options.pop("wants_login", False):
        options |= {"authenticator": server.authenticate, "auth_require_tls": False}
    controller = Controller(server, hostname=server.host, port=server.port, **options)
    controller.start()
    try:
        yield server
    finally:
        POOL.close()
        controller.stop()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def text_of(mail: EmailMessage, subtype: str = "plain") -> str:
    """The part of this kind."""
    part = mail.get_body((subtype,))
    assert part is not None
    return str(part.get_content())
