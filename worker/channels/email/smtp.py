"""One connection to a mail server (RFC 5321), and what goes wrong on it step by step."""

import contextlib
import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.utils import DNS_NAME

from worker.channels.email.refusals import Step, fault_of_ours, refusal
from worker.channels.outcome import TransientFailure

CONNECT_TIMEOUT = 10.0  # seconds, with the handshake of smtp+ssl; an answering server takes milliseconds
OK = 250
AWAY = 421  # the server says that it hangs up (RFC 5321, 3.8)


@dataclass(frozen=True)
class Server:
    """Where and as whom, as EMAIL_URL has it. Equal ones can share a connection."""

    host: str
    port: int | None  # None: 25, or 465 with TLS from the start
    username: str
    password: str = field(repr=False)
    starttls: bool
    tls: bool
    timeout: float  # seconds, for every command

    @classmethod
    def of_backend(cls, backend: EmailBackend) -> "Server":
        return cls(
            backend.host,
            backend.port,
            backend.username or "",
            backend.password or "",
            backend.use_tls,
            backend.use_ssl,
            backend.timeout or CONNECT_TIMEOUT,
        )


class _QuickConnect:
    """Connecting has a time limit of its own."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        connected: socket.socket = super()._get_socket(host, port, CONNECT_TIMEOUT)  # type: ignore[misc]
        connected.settimeout(timeout)
        return connected


class _Plain(_QuickConnect, smtplib.SMTP):
    pass


class _Tls(_QuickConnect, smtplib.SMTP_SSL):
    pass


class Connection:
    """A connection that is signed in. `is_broken`: nothing more can be said on it."""

    def __init__(self, server: Server) -> None:
        """Connect, with a verified certificate where EMAIL_URL wants TLS, and sign in. Raises TransientFailure."""
        self.server = server
        self.mails = 0
        self.used_at = time.monotonic()
        self.is_broken = False
        with self._failures(Step.OURS):
            self._smtp = _connect(server)
        with self._closed_on_failure(), self._failures(Step.OURS):
            self._sign_in()

    def is_good(self) -> bool:
        """Whether the server still answers; what was begun on it is forgotten (RSET)."""
        try:
            return self._smtp.rset()[0] == OK
        except (smtplib.SMTPException, OSError):
            return False

    def deliver(self, sender: str, recipient: str, content: bytes) -> None:
        """Return once the server took the mail. Raises SendFailure; after that the connection may be broken.

        Nothing is repeated here: a server that hangs up after DATA may have taken it.
        """
        self.mails += 1
        options = ["body=8bitmime"] if self._smtp.has_extn("8bitmime") else []
        self._command(Step.OURS, lambda: self._smtp.mail(sender, options))
        self._command(Step.RECIPIENT, lambda: self._smtp.rcpt(recipient))
        self._command(Step.MAIL, lambda: self._smtp.data(content))
        self.used_at = time.monotonic()

    def close(self) -> None:
        """Say goodbye, if the server still listens."""
        with contextlib.suppress(smtplib.SMTPException, OSError):
            if not self.is_broken:
                self._smtp.quit()
        self._smtp.close()

    def _sign_in(self) -> None:
        self._smtp.ehlo_or_helo_if_needed()
        if self.server.starttls:
            self._smtp.starttls(context=ssl.create_default_context())
            self._smtp.ehlo_or_helo_if_needed()  # what was said in the clear is forgotten (RFC 3207, 4.2)
        if self.server.username and self.server.password:
            self._smtp.login(self.server.username, self.server.password)

    def _command(self, step: Step, say: Callable[[], tuple[int, bytes]]) -> None:
        with self._failures(step):
            code, words = say()
        self.is_broken = code == AWAY
        if not 200 <= code < 300:
            raise refusal(step, code, words)

    @contextlib.contextmanager
    def _closed_on_failure(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self._smtp.close()
            raise

    @contextlib.contextmanager
    def _failures(self, step: Step) -> Iterator[None]:
        try:
            yield
        except smtplib.SMTPResponseException as fault:  # also of greeting, EHLO, STARTTLS, AUTH and DATA
            self.is_broken = fault.smtp_code == AWAY
            raise refusal(step, fault.smtp_code, fault.smtp_error) from fault
        except BaseException as fault:  # whatever was said last, the other side may have heard something else
            self.is_broken = True
            if _is_of_set_up(fault):
                raise fault_of_ours(f"{type(fault).__name__}: {fault}") from fault
            if isinstance(fault, OSError):  # smtplib's own are OSErrors too
                raise TransientFailure(f"{type(fault).__name__}: {fault}") from fault
            raise


def _is_of_set_up(fault: BaseException) -> bool:
    """A certificate that proves nothing, or a server that cannot do what EMAIL_URL asks of it."""
    if isinstance(fault, smtplib.SMTPException):
        return not isinstance(fault, smtplib.SMTPServerDisconnected)
    return isinstance(fault, ssl.SSLCertVerificationError)


def _connect(server: Server) -> smtplib.SMTP:
    options: dict[str, Any] = {"local_hostname": DNS_NAME.get_fqdn(), "timeout": server.timeout}
    if server.tls:
        return _Tls(server.host, server.port or 0, context=ssl.create_default_context(), **options)
    return _Plain(server.host, server.port or 0, **options)
