"""SMTP (RFC 5321) and LMTP (RFC 2033) by aiosmtpd, with bounds: how many come, how long they stay, what they bring."""

import asyncio
from asyncio import BaseTransport, TimerHandle, Transport

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP
from django.conf import settings

from worker.inbound import answers
from worker.inbound.receiver import SIZE_MAX, Receiver

SESSIONS_MAX = 30  # connections; with what they bring, below half a gigabyte
COMMAND_TIMEOUT = 60  # seconds until the next command
DATA_TIMEOUT = 180  # seconds for a whole mail, however slowly it drips
SESSION_TIMEOUT = 600  # seconds for all of a session
PIECE_MAX = 64 * 1024  # octets that are read at once
END = b"\r\n.\r\n"  # of a mail; the first line break is that of its last line, or of DATA


class Sessions:
    """Who is connected. Told to end, it lets nobody in, and those go who are not in the middle of a mail."""

    def __init__(self) -> None:
        self._open: set[SmtpSession] = set()
        self.ending = False

    def admit(self, session: "SmtpSession") -> bool:
        """Whether there is room; then it is one of them."""
        if self.ending or len(self._open) >= SESSIONS_MAX:
            return False
        self._open.add(session)
        return True

    def __contains__(self, session: object) -> bool:
        return session in self._open

    def discard(self, session: "SmtpSession") -> None:
        self._open.discard(session)

    async def end(self, grace: float) -> bool:
        """Let mails in hand be finished, for `grace` seconds at most. Whether all were."""
        self.ending = True
        for session in [session for session in self._open if not session.has_recipients]:
            session.leave(answers.GOODBYE)
        deadline = asyncio.get_running_loop().time() + grace
        while self._open and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.05)
        finished = not self._open
        for session in list(self._open):
            session.leave(answers.GOODBYE)
        return finished


class SmtpSession(SMTP):
    """One connection."""

    line_length_limit = PIECE_MAX

    def __init__(self, receiver: Receiver, sessions: Sessions) -> None:
        # No limit of aiosmtpd's on the size: it has its own words for it, and no code.
        super().__init__(
            receiver,
            data_size_limit=None,
            hostname=settings.HARK_INBOUND_DOMAIN,
            ident="Hark",
            timeout=COMMAND_TIMEOUT,
            loop=asyncio.get_running_loop(),
        )
        self._receiver, self._sessions = receiver, sessions
        self._end_of_session: TimerHandle | None = None

    @property
    def has_recipients(self) -> bool:
        return self.envelope is not None and bool(self.envelope.rcpt_tos)

    def connection_made(self, transport: BaseTransport) -> None:
        if not self._sessions.admit(self):
            assert isinstance(transport, Transport)  # noqa: S101
            transport.write(f"{answers.GREET_NOBODY}\r\n".encode())
            transport.close()
            return
        super().connection_made(transport)
        self._end_of_session = self.loop.call_later(SESSION_TIMEOUT, self._timeout_cb)

    def connection_lost(self, error: Exception | None) -> None:
        if self in self._sessions:
            self._sessions.discard(self)
            assert self._end_of_session is not None  # noqa: S101
            self._end_of_session.cancel()
            super().connection_lost(error)

    def eof_received(self) -> bool | None:
        return super().eof_received() if self in self._sessions else None

    def leave(self, words: str) -> None:
        """Say this and close, without waiting for a client that does not read."""
        if isinstance(self.transport, Transport):
            self.transport.write(f"{words}\r\n".encode())
            self.transport.abort()

    def _timeout_cb(self) -> None:
        self.leave(answers.TOO_SLOW)

    async def smtp_DATA(self, arg: str | None) -> None:
        """As aiosmtpd's, but: read in large pieces, because an object a line makes 10 MB of blank lines take 300 MB and
        half a minute; lines of any length; enhanced codes; in LMTP an answer for each recipient."""
        assert self.envelope is not None  # noqa: S101
        if not self.has_recipients or arg:
            await self.push("501 5.5.4 Syntax: DATA" if arg else "503 5.5.1 Error: need RCPT command")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        self._reset_timeout(DATA_TIMEOUT)
        octets = await self._mail()
        self._reset_timeout()
        if octets is None:
            said = [answers.TOO_LARGE] * len(self.envelope.rcpt_tos)
        else:
            said = await self._receiver.take(octets, self.envelope)
        self._set_post_data_state()  # type: ignore[no-untyped-call]
        await self.push("\r\n".join(said))
        if self._sessions.ending:
            self.leave(answers.GOODBYE)

    async def _mail(self) -> bytes | None:
        """All up to the line with a dot, less the dots that RFC 5321 (4.5.2) adds; None beyond SIZE_MAX."""
        octets, seen, is_too_large = bytearray(b"\r\n"), 0, False
        while (end := octets.find(END, seen)) < 0:
            if len(octets) > SIZE_MAX + len(END):
                octets, is_too_large = octets[-len(END) :], True
            seen = max(0, len(octets) - len(END) + 1)
            piece = await self._reader.read(PIECE_MAX)
            if not piece:
                raise ConnectionResetError
            octets += piece
        # What was sent without waiting for the answer comes next; a StreamReader has no other way to put it back.
        self._reader._buffer[:0] = octets[end + len(END) :]  # type: ignore[attr-defined]
        if is_too_large or end > SIZE_MAX:
            return None
        return bytes(octets[: end + 2].replace(b"\r\n.", b"\r\n")[2:])


class LmtpSession(SmtpSession, LMTP):
    """The same with LHLO for a greeting."""


PROTOCOLS = {"smtp": SmtpSession, "lmtp": LmtpSession}
