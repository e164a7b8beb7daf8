"""What keeps a gate true while it runs: hints, the sweep, the presence it writes down, and an orderly end."""

import asyncio
import logging
import resource
import signal
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from types import FrameType

from django.db import close_old_connections, connection

from backend.live import gauges, hints
from backend.live.answers import Receive, Scope, Send
from backend.live.feeds import feeds_moved
from backend.live.gate import Gate
from backend.live.presence import Looking, presence_note

SWEEP_EVERY = 2.0  # seconds: so late is news whose hint was lost
FLUSH_EVERY = 1.0  # seconds between writing down who is looking
FILES_SPARED = 200  # open files that are not held polls: servers, logs, other requests

log = logging.getLogger(__name__)


class Keepers:
    """An ASGI application for the `lifespan` of a gate."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        # Each has a thread, and with it a connection, of its own: a slow Redis must not delay the sweep.
        self._sweeper = ThreadPoolExecutor(1, "sweep")
        self._flusher = ThreadPoolExecutor(1, "presence")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Keep the gate true from `lifespan.startup` to `lifespan.shutdown`."""
        await receive()
        loop = asyncio.get_running_loop()
        swept = asyncio.Event()
        memory = self.gate.memory
        self.gate.held_max = _raise_open_files(self.gate.held_max + FILES_SPARED) - FILES_SPARED
        hints.listen_here(lambda feeds: loop.call_soon_threadsafe(self._hear_all, feeds))
        gauges.registry.register(gauges.GateCollector(self.gate))
        _on_stop_signal(lambda: loop.call_soon_threadsafe(self.gate.drain))
        tasks = [
            asyncio.create_task(hints.listen(memory.hear, swept.set)),
            asyncio.create_task(self._sweep_for_ever(swept)),
            asyncio.create_task(self._flush_for_ever()),
        ]
        await send({"type": "lifespan.startup.complete"})
        await receive()
        hints.listen_here(None)
        self.gate.drain()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._flush()
        await send({"type": "lifespan.shutdown.complete"})

    def _hear_all(self, feeds: Mapping[int, int]) -> None:
        for user_id, rev in feeds.items():
            self.gate.memory.hear(user_id, rev)

    async def _sweep_for_ever(self, at_once: asyncio.Event) -> None:
        """Ask PostgreSQL which of the feeds that somebody depends on have moved; at once when hints begin to come."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(SWEEP_EVERY):
                    await at_once.wait()
            at_once.clear()
            known = self.gate.memory.feeds()
            if known:
                loop = asyncio.get_running_loop()
                self._hear_all(await loop.run_in_executor(self._sweeper, _sweep, known))

    async def _flush_for_ever(self) -> None:
        while True:
            await asyncio.sleep(FLUSH_EVERY)
            await self._flush()

    async def _flush(self) -> None:
        loop = asyncio.get_running_loop()
        looking = self.gate.lookers.take(loop.time())
        if looking:
            await loop.run_in_executor(self._flusher, _write_down, looking)


def _sweep(known: Mapping[int, int]) -> dict[int, int]:
    close_old_connections()
    try:
        return feeds_moved(known)
    except Exception as fault:  # the sweep must outlive whatever it meets
        log.error("the sweep failed, news whose hint is lost waits: %s", fault)
        connection.close()
        return {}


def _write_down(looking: set[Looking]) -> None:
    try:
        presence_note(looking)
    except Exception:
        log.exception("presence could not be written down")


def _raise_open_files(wanted: int) -> int:
    """How many files this process may have open: as many as wanted, if the system lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return wanted
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
        return allowed
    return soft


def _on_stop_signal(act: Callable[[], object]) -> None:
    """Act before the server's own handler: it waits for requests under way, and some are waiting for news."""
    for number in (signal.SIGTERM, signal.SIGINT):
        former = signal.getsignal(number)

        def handle(number: int, frame: FrameType | None, former: object = former) -> None:
            act()
            if callable(former):
                former(number, frame)

        with suppress(ValueError):  # not in the main thread: whoever started the server there stops it
            signal.signal(number, handle)
