"""People who wait: each has one held poll open, as an open page has, and asks again at the server's pace."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from stack.errors import Refused

from bench.harness import http
from bench.harness.readers import Reader

WAIT = 25  # seconds, the longest the server offers
AT_ONCE = 1.0  # seconds; a held poll without news takes longer than this
Told = Callable[[dict[str, Any], float], None]


class Waiters:
    """`held` polls are open now. `told` is called with every message that comes, and the time of its coming."""

    def __init__(self, port: int, told: Told) -> None:
        self.held = 0
        self.turned_away = 0  # answers 503: the server had no time
        self._port = port
        self._told = told
        self._tasks: list[asyncio.Task[None]] = []

    async def add(self, readers: Sequence[Reader], seconds: float) -> None:
        """Begin to wait, spread over so many seconds, as people come. Raises Refused when one was answered badly."""
        begun = asyncio.get_running_loop().time()
        for number, reader in enumerate(readers):
            await asyncio.sleep(begun + seconds * number / len(readers) - asyncio.get_running_loop().time())
            self._tasks.append(asyncio.create_task(self._wait_for_ever(reader)))
            self.check()

    async def until_held(self, count: int, seconds: float) -> bool:
        """Wait until so many polls are held; False if that takes too long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self.held < count:
                    self.check()
                    await asyncio.sleep(0.1)
                return True
        return False

    def check(self) -> None:
        """Raise what made one of them give up."""
        for task in self._tasks:
            if task.done():
                task.result()

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _wait_for_ever(self, reader: Reader) -> None:
        connection = await http.connect(self._port)
        try:
            while True:
                begun = time.perf_counter()
                wait = WAIT if reader.etag else 0
                answer = await self._ask(connection, reader.poll(wait=wait), held=bool(wait))
                now = time.perf_counter()
                if answer.status == 304 and now - begun < AT_ONCE:
                    raise Refused("A poll with `wait` was answered at once: this server holds none.")
                if answer.status not in (200, 304, 503):
                    raise Refused(f"A waiting poll was answered {answer.status}: {answer.body[:200]!r}")
                if answer.status == 503:
                    self.turned_away += 1
                    await asyncio.sleep(float(answer.fields["retry-after"]))
                    continue
                reader = self._moved(reader, answer, now)
                if wait:
                    await asyncio.sleep(float(answer.fields["x-poll-interval"]))
        finally:
            await connection.close()

    async def _ask(self, connection: http.Connection, request: bytes, *, held: bool) -> http.Answer:
        self.held += held
        try:
            return await connection.ask_again(request)
        finally:
            self.held -= held

    def _moved(self, reader: Reader, answer: http.Answer, now: float) -> Reader:
        if answer.status == 304:
            return reader
        news = answer.json()
        for message in news["messages"]:
            self._told(message, now)
        return replace(reader, cursor=news["cursor"], after=news["after"], etag=answer.fields.get("etag", ""))
