"""What the gate remembers: for which credential and poll which ETag still holds, and who waits for news.

One rule keeps it true: **it knows the number of every topic, and remembers an answer only if the answer is at that
number.** A user's feed is a topic, numbered by the feed's `rev`: whoever tells of it (a hint, the sweep, another
answer), twice or late, the rule stands. Something fleeting, like who types, is a topic without a number of its own: an
answer that was begun before this process heard of a change is not remembered.

Nothing here waits or talks to anybody. All of it belongs to one event loop. All of it may be forgotten at any time:
then Django is asked again.
"""

import asyncio
from asyncio import Future
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import count

from backend.live.bounds import Bounds
from backend.live.clients import CLIENTS_MAX, Client, Clients

PLACES_MAX = 8  # polls of one credential: the tabs of a browser, or one that strays
TOPICS_MAX = 50_000  # feeds heard of

QUIET_AFTER = 60.0  # seconds without news

Topic = int | str  # a user id: their feed; or the name of something fleeting
Fields = tuple[tuple[bytes, bytes], ...]


@dataclass(slots=True)
class Remembered:
    """An answer that holds: `etag` for the client that polls at this place, until `until` on the loop's clock."""

    user_id: int
    etag: bytes
    fields: Fields
    topics: tuple[Topic, ...]
    takes: frozenset[str]
    where: str
    until: float
    quiet_at: float = 0.0  # when its feed will not have moved for a while, on the same clock


@dataclass(slots=True)
class Subject:
    """A topic: its number, when that was heard of, the polls that depend on it, and who waits for it to move."""

    number: int = -1
    heard_tick: int = 0
    heard_at: float = 0.0
    polls: set[tuple[bytes, str]] = field(default_factory=set)  # (key of the client, place)
    waiting: set["Future[bool]"] = field(default_factory=set)


class Memory:
    """`remember` answers (they lie in `clients`), `hear` of news, `wait` for it."""

    def __init__(
        self,
        bounds: Bounds,
        *,
        clock: Callable[[], float] = lambda: asyncio.get_running_loop().time(),
        clients_max: int = CLIENTS_MAX,
        topics_max: int = TOPICS_MAX,
    ) -> None:
        self.clients = Clients(self._unlink_all, bounds, clients_max=clients_max)
        self._clock = clock  # seconds
        self._topics_max = topics_max
        self._subjects: OrderedDict[Topic, Subject] = OrderedDict()
        self._ticks = count(1)

    def tick(self) -> int:
        """Now, in the order of what this process hears: to be taken before an answer is computed."""
        return next(self._ticks)

    def remember(self, key: bytes, place: str, answer: Remembered, *, rev: int, begun: int) -> bool:
        """Keep an answer for a client, computed after the tick `begun`, at `rev` of the user's feed.

        False if one of its topics has moved on meanwhile: it may be old news.
        """
        for topic in answer.topics:
            subject = self._subject(topic)
            if subject.heard_tick > begun and (topic != answer.user_id or subject.number > rev):
                return False
        self._settle(answer.user_id, rev)
        answer.quiet_at = self.moved_at(answer.user_id) + QUIET_AFTER
        places = self.clients.accept(key, answer.user_id).places
        if place in places:
            self._unlink(key, place, places.pop(place))
        places[place] = answer
        for topic in answer.topics:
            self._subject(topic).polls.add((key, place))
        if len(places) > PLACES_MAX:
            oldest = next(iter(places))
            self._unlink(key, oldest, places.pop(oldest))
        return True

    def hear(self, topic: Topic, number: int | None = None) -> None:
        """A topic is at this number (None: it has just changed). What was known of it before no longer holds."""
        if number is None:
            number = self._subject(topic).number + 1
        if number > self._subject(topic).number:
            self._settle(topic, number)

    def _settle(self, topic: Topic, number: int) -> None:
        """Take the number for the truth. A feed goes back only when the database was restored from a backup."""
        subject = self._subject(topic)
        if number != subject.number:
            subject.number, subject.heard_tick, subject.heard_at = number, self.tick(), self._clock()
            self._let_go(subject)

    def moved_at(self, topic: Topic) -> float:
        """When it moved, as far as is known."""
        subject = self._subjects.get(topic)
        return subject.heard_at if subject else self._clock()

    def wait(self, topics: Iterable[Topic], waiter: "Future[bool]") -> None:
        """Resolve `waiter` with True when one of the topics moves."""
        for topic in topics:
            self._subject(topic).waiting.add(waiter)

    def unwait(self, topics: Iterable[Topic], waiter: "Future[bool]") -> None:
        for topic in topics:
            if topic in self._subjects:
                self._subjects[topic].waiting.discard(waiter)

    def feeds(self) -> dict[int, int]:
        """The feeds that somebody depends on, by user id, with the rev that is known."""
        return {
            topic: subject.number
            for topic, subject in self._subjects.items()
            if isinstance(topic, int) and (subject.polls or subject.waiting)
        }

    def _subject(self, topic: Topic) -> Subject:
        subject = self._subjects.get(topic)
        if subject is None:
            subject = self._subjects[topic] = Subject()
            if len(self._subjects) > self._topics_max:
                self._let_go(self._subjects.popitem(last=False)[1])
        self._subjects.move_to_end(topic)
        return subject

    def _let_go(self, subject: Subject) -> None:
        for key, place in tuple(subject.polls):
            client = self.clients.peek(key)
            if client is not None and place in client.places:
                self._unlink(key, place, client.places.pop(place))
        for waiter in subject.waiting:
            if not waiter.done():
                waiter.set_result(True)
        subject.waiting.clear()

    def _unlink_all(self, key: bytes, client: Client) -> None:
        for place, remembered in client.places.items():
            self._unlink(key, place, remembered)

    def _unlink(self, key: bytes, place: str, remembered: Remembered) -> None:
        for topic in remembered.topics:
            if topic in self._subjects:
                self._subjects[topic].polls.discard((key, place))
