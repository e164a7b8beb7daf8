"""People who poll: where they stand, and the requests they make."""

import asyncio
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import psycopg
from stack.errors import Refused

from bench.harness import http, loop

# Where everybody stands in the conversation that changed last for them.
POSITIONS = """
SELECT DISTINCT ON (p.user_id) p.user_id, f.rev, c.id, c.rev
FROM chat_participant p
JOIN chat_conversation c ON c.id = p.conversation_id
JOIN live_feed f ON f.user_id = p.user_id
WHERE p.user_id = ANY(%s)
ORDER BY p.user_id, p.feed_rev DESC
"""
AT_ONCE = 8  # connections that make the first polls; Django has about as many threads


@dataclass(frozen=True)
class Reader:
    """One credential. `etag` is that of the last poll, if there was one."""

    token: str
    cursor: int
    conversation: int
    after: int
    etag: str = ""
    size: int = 0  # bytes of the last answer

    def poll(self, *, behind: int = 0, wait: int = 0) -> bytes:
        """The poll of an open page; `behind` > 0: as if the last changes were not seen yet."""
        place = f"cursor={self.cursor - behind}&conversation={self.conversation}&after={self.after - behind}"
        path = f"/api/v1/sync?visible=1&{place}"
        held = {"If-None-Match": self.etag} if self.etag and not behind else {}
        return http.raw("GET", path + (f"&wait={wait}" if wait else ""), self._credential() | held)

    def page(self, limit: int) -> bytes:
        return http.raw("GET", f"/api/v1/conversations/{self.conversation}/messages?limit={limit}", self._credential())

    def send(self, text: str) -> bytes:
        """A new message: every call makes another `client_id`."""
        body = f'{{"client_id":"{uuid.uuid4()}","text":"{text}"}}'.encode()
        return http.raw("POST", f"/api/v1/conversations/{self.conversation}/messages", self._credential(), body)

    def _credential(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def find_readers(database_url: str, tokens: Sequence[tuple[int, str]]) -> list[Reader]:
    """One for each (user id, token), who has seen everything."""
    with psycopg.connect(database_url) as connection:
        rows = connection.execute(POSITIONS, [list({user for user, _ in tokens})]).fetchall()
    positions = {user: (cursor, conversation, after) for user, cursor, conversation, after in rows}
    return [Reader(token, *positions[user]) for user, token in tokens]


def start_polling(port: int, readers: Iterable[Reader], *, check: bool = True) -> list[Reader]:
    """Each polls once, for its ETag; with `check` once more, which has to be a 304. Raises Refused."""
    return loop.run(_start_all(port, list(readers), check))


async def _start_all(port: int, readers: list[Reader], check: bool) -> list[Reader]:
    waiting = iter(list(enumerate(readers)))

    async def worker() -> None:
        connection = await http.connect(port)
        for number, reader in waiting:
            readers[number] = await _start(connection, reader, check)
        await connection.close()

    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    return readers


async def _start(connection: http.Connection, reader: Reader, check: bool) -> Reader:
    first = await connection.ask(reader.poll())
    if first.status != 200:
        raise Refused(f"A first poll was answered {first.status}: {first.body[:200]!r}")
    reader = replace(reader, etag=first.fields["etag"])
    if not check:
        return reader
    second = await connection.ask(reader.poll())
    if second.status != 304:
        raise Refused(f"An idle poll was answered {second.status}: {second.body[:200]!r}")
    return replace(reader, size=second.size)


def ask_once(port: int, request: bytes) -> http.Answer:
    """The answer, on a connection of its own."""
    return loop.run(asked_once(port, request))


async def asked_once(port: int, request: bytes) -> http.Answer:
    """As `ask_once`, for who runs a loop already."""
    connection = await http.connect(port)
    answer = await connection.ask(request)
    await connection.close()
    return answer


def check_still_idle(port: int, readers: Sequence[Reader]) -> None:
    """Raises Refused unless a poll of each is answered 304: then all before were, because nothing has changed."""

    async def ask_all() -> None:
        connection = await http.connect(port)
        for reader in readers:
            answer = await connection.ask(reader.poll())
            if answer.status != 304:
                raise Refused(f"An idle poll was answered {answer.status}: {answer.body[:200]!r}")
        await connection.close()

    loop.run(ask_all())
