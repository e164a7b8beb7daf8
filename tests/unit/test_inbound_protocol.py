"""How long a client may take, and where a mail ends."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from backend.notifications.mailbox import reply_address
from worker.inbound import protocol
from worker.inbound.protocol import LmtpSession, Sessions, SmtpSession
from worker.inbound.receiver import Receiver

Client = tuple[asyncio.StreamReader, asyncio.StreamWriter]
SHORT, LONG = 0.2, 3600  # seconds
FIRST = b"EHLO x\r\nMAIL FROM:<bob@example.com>\r\n"


class Kept(Receiver):
    """Keeps the mails instead of acting."""

    def __init__(self) -> None:
        super().__init__()
        self.mails: list[bytes] = []

    async def take(self, octets: bytes, envelope: Any) -> list[str]:
        self.mails.append(octets)
        return ["250 2.0.0 kept"]


@pytest.fixture(autouse=True)
def domain(settings: Any) -> None:
    settings.HARK_INBOUND_DOMAIN = "reply.example.org"


def recipient() -> bytes:
    return f"RCPT TO:<{reply_address(user_id=1, conversation_id=1)}>\r\n".encode()


def converse(
    talk: Callable[[Client], Awaitable[bytes]], session: type[SmtpSession] = SmtpSession
) -> tuple[bytes, Kept]:
    """What `talk` returns, with a server of its own that has greeted, and what that server was given."""

    async def run() -> tuple[bytes, Kept]:
        receiver, sessions = Kept(), Sessions()
        server = await asyncio.get_running_loop().create_server(lambda: session(receiver, sessions), "127.0.0.1", 0)
        client = await asyncio.open_connection(*server.sockets[0].getsockname())
        heard = await talk(client)
        client[1].close()
        server.close()
        await sessions.end(SHORT)
        return heard, receiver

    return asyncio.run(run())


def timeouts(
    monkeypatch: pytest.MonkeyPatch, *, command: float = LONG, data: float = LONG, session: float = LONG
) -> None:
    monkeypatch.setattr(protocol, "COMMAND_TIMEOUT", command)
    monkeypatch.setattr(protocol, "DATA_TIMEOUT", data)
    monkeypatch.setattr(protocol, "SESSION_TIMEOUT", session)


def test_a_silent_client_is_told_goodbye(monkeypatch: pytest.MonkeyPatch) -> None:
    timeouts(monkeypatch, command=SHORT)

    async def silent(client: Client) -> bytes:
        return await client[0].read()

    heard, _ = converse(silent)
    assert heard.startswith(b"220 reply.example.org Hark\r\n421 4.4.2")


def test_a_mail_that_drips_is_told_goodbye(monkeypatch: pytest.MonkeyPatch) -> None:
    timeouts(monkeypatch, data=SHORT)

    async def drip(client: Client) -> bytes:
        client[1].write(FIRST + recipient() + b"DATA\r\n")
        await client[0].readuntil(b"354 End")
        reading = asyncio.create_task(client[0].read())
        while not reading.done():
            client[1].write(b"x")
            await asyncio.sleep(SHORT / 10)
        return await reading

    heard, receiver = converse(drip)
    assert b"421 4.4.2" in heard and receiver.mails == []


def test_a_session_that_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    timeouts(monkeypatch, session=SHORT)

    async def chat(client: Client) -> bytes:
        reading = asyncio.create_task(client[0].read())
        while not reading.done():
            client[1].write(b"NOOP\r\n")
            await asyncio.sleep(SHORT / 10)
        return await reading

    heard, _ = converse(chat)
    assert heard.endswith(b"421 4.4.2 It took too long, goodbye\r\n")


def test_a_client_that_does_not_read_holds_up_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    timeouts(monkeypatch, session=5 * SHORT)

    async def deaf(client: Client) -> bytes:
        client[0]._transport.pause_reading()  # type: ignore[attr-defined]
        with pytest.raises(ConnectionError):
            while True:
                client[1].write(b"HELP\r\n" * 1000)
                await client[1].drain()
        return b""

    converse(deaf)


MAILS = [
    (b".\r\n", b""),
    (b"\r\n.\r\n", b"\r\n"),
    (b"a\r\n.\r\n", b"a\r\n"),
    (b"a: b\r\n\r\n.\r\n", b"a: b\r\n\r\n"),
    (b"..\r\n...a\r\n.b\r\n.\r\n", b".\r\n..a\r\nb\r\n"),
    (b"a\n.\nb\r\n.\r\n", b"a\n.\nb\r\n"),  # RFC 5321, 2.3.8 and 4.1.1.4: only CRLF.CRLF ends a mail
    (b"a\r.\rb\r\n.\r\n", b"a\r.\rb\r\n"),
    (b"a\n.\r\nb\r\n.\r\n", b"a\n.\r\nb\r\n"),
    (b"x" * 200_000 + b"\r\n.\r\n", b"x" * 200_000 + b"\r\n"),
]


@pytest.mark.parametrize(("sent", "mail"), MAILS)
@pytest.mark.parametrize("pieces", ["whole", "octets"])
def test_a_mail_ends_at_its_dot_and_commands_go_on_behind_it(sent: bytes, mail: bytes, pieces: str) -> None:
    async def send(client: Client) -> bytes:
        client[1].write(FIRST + recipient() + b"DATA\r\n")
        await client[0].readuntil(b"354 End data with <CR><LF>.<CR><LF>\r\n")
        octets = sent + b"NOOP\r\nQUIT\r\n"
        for piece in [octets] if pieces == "whole" else [octets[n : n + 1] for n in range(len(octets[-100:]))]:
            client[1].write(piece)
            await asyncio.sleep(0)
        if pieces == "octets":
            client[1].write(octets[len(octets[-100:]) :])
        return await client[0].read()

    heard, receiver = converse(send)
    assert heard.split(b"\r\n")[:3] == [b"250 2.0.0 kept", b"250 OK", b"221 Bye"]
    assert receiver.mails == [mail]


def test_lmtp_wants_its_own_greeting() -> None:
    async def greet(client: Client) -> bytes:
        client[1].write(b"EHLO x\r\nHELO x\r\nLHLO x\r\nQUIT\r\n")
        return await client[0].read()

    heard, _ = converse(greet, LmtpSession)
    codes = [line[:4] for line in heard.split(b"\r\n")]
    assert codes[:4] == [b"220 ", b"500 ", b"500 ", b"250-"]
