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
from collections.abc import Callable
from enum import Enum
from functools import cached_property

from django.conf import settings

from backend.api.errors import TooManyRequests
from backend.live.admission import Admission
from backend.live.answers import NO_BODY, READ_ONLY, Answer, Asgi, Receive, Scope, Send, no_body, unchanged_start
from backend.live.clients import Client, credential_of, fields_of
from backend.live.looking import Lookers
from backend.live.memory import QUIET_AFTER, Memory, Remembered, Topic
from backend.live.pace import poll_interval
from backend.live.polls import POLLED, Poll, Query, read_poll
from backend.live.shares import ALWAYS
from backend.live.tarpit import Tarpit

CERTAIN_FOR = (240.0, 360.0)  # seconds, from .. to, until Django looks at a credential again
HELD_MAX = 10_000  # polls held at once, if the system allows as many connections
SLOWED = (2, 6)  # seconds, from .. to, until a client in a tight loop may come again


class Held(Enum):
    """How the holding of a poll ended."""

    NEWS = "there may be news"
    OVER = "there was none"
    GONE = "the client has gone"


class Gate:
    """An ASGI application around `tarpit`, behind which is the admission to Django; all share the `memory`."""

    def __init__(self, tarpit: Tarpit, admission: Admission, memory: Memory, *, held_max: int = HELD_MAX) -> None:
        self.tarpit = tarpit
        self.admission = admission
        self.held_max = held_max
        self.memory = memory
        self.lookers = Lookers(settings.HARK_AWAY_AFTER)
        self.counts: Counter[str] = Counter()
        self.is_draining = False
        self.lifespan: Asgi | None = None  # answers ASGI's `lifespan`
        self.unchanged = 0  # polls answered from memory
        self._held: set[asyncio.Future[bool]] = set()

    @cached_property
    def _now(self) -> Callable[[], float]:
        """The loop's clock. Asking for the running loop is a system call each time."""
        return asyncio.get_running_loop().time

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI's `http`. The way of an idle poll is all here: each call and each step of its own costs microseconds."""
        if scope["type"] != "http":
            await self._live(scope, receive, send)
            return
        poll = read_poll(scope) if scope["method"] == "GET" else None
        if poll is None:
            await self._no_poll(scope, receive, send)
            return
        query, now, known = poll.query, self._now(), None
        client = self.memory.clients.get(poll.client)
        if client is not None:
            if query.is_polled and not client.person.spend(now):
                await self._slow_down(client, send)
                return
            known = client.places.get(query.place + poll.origin if poll.origin else query.place)
        if known is None or known.until <= now or known.etag != poll.etag or not query.options <= known.takes:
            await self._poll(poll, None, scope, receive, send)
            return
        if query.visible:
            self.lookers.note((known.user_id, known.where))
        if query.wait:
            await self._poll(poll, known, scope, receive, send)
            return
        self.unchanged += 1
        seconds = poll_interval(visible=query.visible, load=self.admission.load, quiet=now > known.quiet_at)
        await send(unchanged_start(known.fields, seconds))
        await send(NO_BODY)

    async def _no_poll(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on. At the paths of polls it counts as one: by HEAD, or in a way the gate cannot read."""
        if scope["method"] in READ_ONLY and POLLED.fullmatch(scope["path"]):
            key = credential_of(fields_of(scope))
            client = self.memory.clients.get(key) if key is not None else None
            if client is not None and not client.person.spend(self._now()):
                await self._slow_down(client, send)
                return
        await self.tarpit(scope, receive, send)

    async def _slow_down(self, client: Client, send: Send) -> None:
        self.counts["slowed"] += 1
        error = TooManyRequests(random.randint(*SLOWED))  # noqa: S311
        await self.tarpit.refuse(client.person.user_id, error, send)

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" and self.lifespan is not None:
            await self.lifespan(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close"})

    @property
    def held(self) -> int:
        """Polls that are being held now."""
        return len(self._held)

    def drain(self) -> None:
        """The process is about to end: answer whoever is waiting, and hold nobody any more."""
        self.is_draining = True
        self.admission.drain()
        for waiter in self._held:
            _resolve(waiter, False)

    async def _poll(self, poll: Poll, known: Remembered | None, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with what is known, if the client has it, else by Django; hold while there is nothing new."""
        deadline = self._now() + poll.query.wait
        answer: Answer | None = None
        if known is None:
            answer = await self._ask(scope, receive, send)
            if answer.watch is None:
                return
            user_id, known = answer.watch.user_id, self._learn(poll, answer)
        else:
            user_id = known.user_id
        may_hold = poll.query.wait > 0 and self._may_hold(user_id)
        if may_hold and known is not None and (answer is None or answer.is_nothing_new):
            gone = asyncio.ensure_future(_disconnected(receive))
            person = self.memory.clients.hold(user_id)
            try:
                while (outcome := await self._hold(poll, known, gone, deadline)) is Held.NEWS:
                    asked = await self._ask({**scope, ALWAYS: True}, no_body, send)
                    if not asked.has_begun:  # the process is about to end, without time for all who have news
                        break
                    answer = asked
                    if answer.watch is None:
                        return
                    learned = self._learn(poll, answer)
                    if learned is None or not answer.is_nothing_new:
                        break
                    known = learned
            finally:
                gone.cancel()
                self.memory.clients.release(person)
            if outcome is Held.GONE:
                return
        if answer is not None and answer.watch is not None:
            seconds = self._interval(poll.query, answer.watch.user_id, held=may_hold)
            await answer.give(seconds, close=self.is_draining)
        elif known is not None:
            self.unchanged += 1
            seconds = self._interval(poll.query, known.user_id, held=may_hold)
            await send(unchanged_start(known.fields, seconds, close=self.is_draining))
            await send(NO_BODY)

    def _may_hold(self, user_id: int) -> bool:
        """Whether one more poll may be held. One too many of a person is answered at once, and told to come later."""
        if self.is_draining or self.held >= self.held_max:
            return False
        if self.memory.clients.may_hold(user_id):
            return True
        self.counts["not_held"] += 1
        return False

    async def _ask(self, scope: Scope, receive: Receive, send: Send) -> Answer:
        """Django's answer to a poll. Without a watch it has been sent already: the request was no poll, or refused."""
        answer = Answer(scope, send, self.memory.tick())
        await self.tarpit(answer.scope, receive, answer.take)
        return answer

    def _learn(self, poll: Poll, answer: Answer) -> Remembered | None:
        """Remember what Django said. None if it is not worth it, or was overtaken by news."""
        watch = answer.watch
        assert watch is not None  # noqa: S101
        if poll.query.visible:
            self.lookers.note((watch.user_id, watch.where))
        if watch.etag is None:
            return None
        lasts = random.uniform(*CERTAIN_FOR)  # noqa: S311  (so that those who came together do not come back together)
        if watch.lasts is not None:
            lasts = min(lasts, watch.lasts)
        topics: tuple[Topic, ...] = (watch.user_id, *watch.names)
        learned = Remembered(
            watch.user_id, watch.etag.encode(), answer.repeated(), topics, watch.takes, watch.where, self._now() + lasts
        )
        place = poll.place_at(watch.position)
        is_current = self.memory.remember(poll.client, place, learned, rev=watch.rev, begun=answer.begun)
        return learned if is_current else None

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
        return Held.NEWS if has_news or (self._now() < deadline and not self.is_draining) else Held.OVER

    def _interval(self, query: Query, user_id: int, *, held: bool) -> float:
        load = 1.0 if query.wait and not held else self.admission.load  # full of held polls is full, too
        quiet = self._now() > self.memory.moved_at(user_id) + QUIET_AFTER
        return poll_interval(visible=query.visible, held=held, load=load, quiet=quiet)


def _resolve(waiter: "asyncio.Future[bool]", result: bool) -> None:
    if not waiter.done():
        waiter.set_result(result)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
