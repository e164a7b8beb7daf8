"""The gate: in front of Django, it answers polls that have nothing to tell from the memory of its process.

It knows nothing of chat. From Django's answers it learns (`watch.py`) which state of which feed an ETag names; while
the feed stays there, whoever polls with that ETag and the same credential gets 304, at once or after `wait` seconds,
and Django is not entered. News comes by hints at once, and by a sweep for certain (`keepers.py`).

It gives no data away. Whatever ends somebody's access moves their feed (`access.py`); at worst it says "nothing new" to
somebody whose session or token has expired less than CERTAIN_FOR ago.
"""

import asyncio
import random
from collections import Counter
from enum import Enum

from django.conf import settings

from backend.api.errors import Overloaded, TooManyRequests
from backend.live.answers import Answer, Asgi, Message, Receive, Scope, Send, send_problem, send_unchanged
from backend.live.looking import Lookers
from backend.live.memory import Memory, Remembered, Topic
from backend.live.pace import poll_interval
from backend.live.polls import Poll, read_poll

CERTAIN_FOR = (240.0, 360.0)  # seconds, from .. to, until Django looks at a credential again
HELD_MAX = 10_000  # polls held at once, if the system allows as many connections
QUEUE_MAX = 100  # requests that may wait for a thread of Django's: some 0.4 s of work
CROWDED = "/api/"  # what is refused then: not the health checks, nor the page
THREADS_SPARED = 2  # threads of Django's that polls woken by news leave to others
SLOWED = (2, 6)  # seconds, from .. to, until a client in a tight loop may come again


class Held(Enum):
    """How the holding of a poll ended."""

    NEWS = "there may be news"
    OVER = "there was none"
    GONE = "the client has gone"


class Gate:
    """An ASGI application around Django, which has `threads` threads."""

    def __init__(self, django: Asgi, *, threads: int, held_max: int = HELD_MAX, queue_max: int = QUEUE_MAX) -> None:
        self.django = django
        self.threads = threads
        self.held_max = held_max
        self.queue_max = queue_max
        self.memory = Memory(_now)
        self.lookers = Lookers(settings.HARK_AWAY_AFTER)
        self.counts: Counter[str] = Counter()
        self.is_draining = False
        self._held: set[asyncio.Future[bool]] = set()
        self._asking = 0
        self._woken = asyncio.Semaphore(max(1, threads - THREADS_SPARED))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI's `http`."""
        poll = read_poll(scope) if scope["method"] == "GET" else None
        if poll is None:
            await self._enter(scope, receive, send)
            return
        position = self.memory.position(poll.client, poll.place)
        if position is not None and not position.spend(_now()):
            self.counts["slowed"] += 1
            await send_problem(send, TooManyRequests(random.randint(*SLOWED)))  # noqa: S311
            return
        known = self.memory.recall(position) if position is not None else None
        if known is not None and not (known.etag == poll.etag and poll.query.options <= known.takes):
            known = None
        if known is not None:
            self._note_presence(poll, known.user_id, known.where)
        if known is not None and not poll.query.wait:
            await self._send_unchanged(poll, known, send)
        else:
            await self._poll(poll, known, scope, receive, send)

    @property
    def held(self) -> int:
        """Polls that are being held now."""
        return len(self._held)

    @property
    def load(self) -> float:
        """How full the queue before Django is, from 0 to 1."""
        return min(1.0, max(0, self._asking - self.threads) / self.queue_max)

    def drain(self) -> None:
        """The process is about to end: answer whoever is waiting, and hold nobody any more."""
        self.is_draining = True
        for waiter in self._held:
            _resolve(waiter, False)

    async def _poll(self, poll: Poll, known: Remembered | None, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with what is known, if the client has it, else by Django; hold while there is nothing new."""
        deadline = _now() + poll.query.wait
        answer: Answer | None = None
        if known is None:
            answer = await self._ask(scope, receive, send)
            if answer is None:
                return
            known = self._learn(poll, answer)
        may_hold = poll.query.wait > 0 and not self.is_draining and self.held < self.held_max
        if may_hold and known is not None and (answer is None or answer.is_nothing_new):
            gone = asyncio.ensure_future(_disconnected(receive))
            try:
                while (outcome := await self._hold(poll, known, gone, deadline)) is Held.NEWS:
                    async with self._woken:
                        if self.is_draining:  # no time for all of them: they come again, to another process
                            break
                        answer = await self._ask(scope, _nothing, send, is_woken=True)
                    if answer is None:
                        return
                    learned = self._learn(poll, answer)
                    if learned is None or not answer.is_nothing_new:
                        break
                    known = learned
            finally:
                gone.cancel()
            if outcome is Held.GONE:
                return
        if answer is not None and answer.watch is not None:
            await answer.give(self._interval(poll, answer.watch.user_id, held=may_hold))
        elif known is not None:
            await self._send_unchanged(poll, known, send, held=may_hold)

    async def _ask(self, scope: Scope, receive: Receive, send: Send, *, is_woken: bool = False) -> Answer | None:
        """Django's answer to a poll. None: it is answered already, being no poll, or Django has no time."""
        answer = Answer(scope, send, self.memory.tick())
        await self._enter(answer.scope, receive, answer.take, is_woken=is_woken)
        return answer if answer.watch else None

    async def _enter(self, scope: Scope, receive: Receive, send: Send, *, is_woken: bool = False) -> None:
        """Let a request through to Django, unless too many wait there already."""
        is_full = self._asking >= self.threads + self.queue_max
        if is_full and not is_woken and scope["path"].startswith(CROWDED):
            self.counts["refused"] += 1
            await send_problem(send, Overloaded())
            return
        self._asking += 1
        self.counts["asked"] += 1
        try:
            await self.django(scope, receive, send)
        finally:
            self._asking -= 1

    def _learn(self, poll: Poll, answer: Answer) -> Remembered | None:
        """Remember what Django said. None if it is not worth it, or was overtaken by news."""
        watch = answer.watch
        assert watch is not None  # noqa: S101
        self.memory.note(poll.client, poll.place)
        self._note_presence(poll, watch.user_id, watch.where)
        if watch.etag is None:
            return None
        lasts = random.uniform(*CERTAIN_FOR)  # noqa: S311  (so that those who came together do not come back together)
        if watch.lasts is not None:
            lasts = min(lasts, watch.lasts)
        topics: tuple[Topic, ...] = (watch.user_id, *watch.names)
        learned = Remembered(
            watch.user_id, watch.etag.encode(), answer.repeated(), topics, watch.takes, watch.where, _now() + lasts
        )
        place = f"{poll.path}?{watch.position}"
        is_current = self.memory.remember(poll.client, place, learned, rev=watch.rev, begun=answer.begun)
        return learned if is_current else None

    def _note_presence(self, poll: Poll, user_id: int, where: str) -> None:
        if poll.query.visible:
            self.lookers.note((user_id, where))

    async def _hold(self, poll: Poll, known: Remembered, gone: asyncio.Task[None], deadline: float) -> Held:
        """Wait for news until the deadline. No thread, no connection to anything but the client."""
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[bool] = loop.create_future()
        timer = loop.call_at(min(deadline, known.until), _resolve, waiter, False)
        gone.add_done_callback(lambda _: _resolve(waiter, False))
        self.memory.wait(known.topics, waiter)
        self._held.add(waiter)
        try:
            if poll.query.visible:
                with self.lookers.held((known.user_id, known.where)):
                    has_news = await waiter
            else:
                has_news = await waiter
        finally:
            timer.cancel()
            self._held.discard(waiter)
            self.memory.unwait(known.topics, waiter)
        if gone.done():
            self.counts["gone"] += 1
            return Held.GONE
        # What is no longer certain counts as news: Django has to look.
        return Held.NEWS if has_news or (_now() < deadline and not self.is_draining) else Held.OVER

    async def _send_unchanged(self, poll: Poll, known: Remembered, send: Send, *, held: bool = False) -> None:
        self.counts["unchanged"] += 1
        await send_unchanged(send, known.fields, self._interval(poll, known.user_id, held=held))

    def _interval(self, poll: Poll, user_id: int, *, held: bool) -> float:
        load = 1.0 if poll.query.wait and not held else self.load  # full of held polls is full, too
        quiet_for = self.memory.quiet_for(user_id)
        return poll_interval(visible=poll.query.visible, held=held, load=load, quiet_for=quiet_for)


def _now() -> float:
    return asyncio.get_running_loop().time()


def _resolve(waiter: "asyncio.Future[bool]", result: bool) -> None:
    if not waiter.done():
        waiter.set_result(result)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _nothing() -> Message:
    """The body of a request whose body was read before."""
    return {"type": "http.request", "body": b"", "more_body": False}
