"""What the gate remembers: for which credential and poll which ETag still holds, and who waits for news.

One rule keeps it true: **it knows the number of every topic, and remembers an answer only if the answer is at that
number.** A user's feed is a topic, numbered by the feed's `rev`: whoever tells of it (a hint, the sweep, another
answer), twice or late, the rule stands. Something fleeting, like who types, is a topic without a number of its own: an
answer that was begun before this process heard of a change is not remembered.

Nothing here waits or talks to anybody. All of it belongs to one event loop. All of it may be forgotten at any time:
then Django is asked again.
"""

from asyncio import Future
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import count

SAME_POLL_RATE = 10.0  # a second: eight tabs that poll every 2 s ask for the same 4 times a second
SAME_POLL_BURST = 50.0
CLIENTS_MAX = 20_000  # credentials; an idle client more costs about 2 kB
POSITIONS_MAX = 8  # polls of one credential: the tabs of a browser, or one that strays
TOPICS_MAX = 50_000  # feeds heard of

QUIET_AFTER = 60.0  # seconds without news

Topic = int | str  # a user id: their feed; or the name of something fleeting
Fields = tuple[tuple[bytes, bytes], ...]


@dataclass(slots=True)
class Remembered:
    """An answer that holds: `etag` for whoever polls at this position, until `until` on the loop's clock."""

    user_id: int
    etag: bytes
    fields: Fields
    topics: tuple[Topic, ...]
    takes: frozenset[str]
    where: str
    until: float
    quiet_at: float = 0.0  # when its feed will not have moved for a while, on the same clock


@dataclass(slots=True)
class Position:
    """One poll of one client: what holds there, if anything, and how often it may be asked for (a token bucket)."""

    remembered: Remembered | None = None
    tokens: float = SAME_POLL_BURST
    asked_at: float = 0.0

    def spend(self, now: float) -> bool:
        """Ask once more; False in a tight loop."""
        self.tokens = min(SAME_POLL_BURST, self.tokens + (now - self.asked_at) * SAME_POLL_RATE)
        self.asked_at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


@dataclass(slots=True)
class Subject:
    """A topic: its number, when that was heard of, the positions that depend on it, and who waits for it to move."""

    number: int = -1
    heard_tick: int = 0
    heard_at: float = 0.0
    positions: set[tuple[bytes, str]] = field(default_factory=set)
    waiting: set["Future[bool]"] = field(default_factory=set)


class Memory:
    """`recall` and `remember` answers, `hear` of news, `wait` for it."""

    def __init__(
        self, clock: Callable[[], float], *, clients_max: int = CLIENTS_MAX, topics_max: int = TOPICS_MAX
    ) -> None:
        self._clock = clock  # seconds
        self._clients_max = clients_max
        self._topics_max = topics_max
        self._clients: OrderedDict[bytes, dict[str, Position]] = OrderedDict()  # the quietest first, as in each of them
        self._subjects: OrderedDict[Topic, Subject] = OrderedDict()
        self._ticks = count(1)

    def tick(self) -> int:
        """Now, in the order of what this process hears: to be taken before an answer is computed."""
        return next(self._ticks)

    def position(self, client: bytes, place: str) -> Position | None:
        """The poll, if this client has made it before."""
        positions = self._clients.get(client)
        if positions is None:
            return None
        self._clients.move_to_end(client)
        return positions.get(place)

    def note(self, client: bytes, place: str) -> Position:
        """This client has made this poll: know it again. Whoever was quiet the longest is forgotten for it."""
        positions = self._clients.get(client)
        if positions is None:
            positions = self._clients[client] = {}
            if len(self._clients) > self._clients_max:
                gone, forgotten = self._clients.popitem(last=False)
                for old_place, old in forgotten.items():
                    self._unlink(gone, old_place, old)
        self._clients.move_to_end(client)
        position = positions[place] = positions.pop(place) if place in positions else Position()
        if len(positions) > POSITIONS_MAX:
            oldest = next(iter(positions))
            self._unlink(client, oldest, positions.pop(oldest))
        return position

    def remember(self, client: bytes, place: str, answer: Remembered, *, rev: int, begun: int) -> bool:
        """Keep an answer computed after the tick `begun`, at `rev` of the user's feed.

        False if one of its topics has moved on meanwhile: it may be old news.
        """
        for topic in answer.topics:
            subject = self._subject(topic)
            if subject.heard_tick > begun and (topic != answer.user_id or subject.number > rev):
                return False
        self._settle(answer.user_id, rev)
        answer.quiet_at = self.moved_at(answer.user_id) + QUIET_AFTER
        position = self.note(client, place)
        self._unlink(client, place, position)
        position.remembered = answer
        for topic in answer.topics:
            self._subject(topic).positions.add((client, place))
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
            if isinstance(topic, int) and (subject.positions or subject.waiting)
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
        for client, place in tuple(subject.positions):
            self._unlink(client, place, self._clients[client][place])
        for waiter in subject.waiting:
            if not waiter.done():
                waiter.set_result(True)
        subject.waiting.clear()

    def _unlink(self, client: bytes, place: str, position: Position) -> None:
        if position.remembered is None:
            return
        for topic in position.remembered.topics:
            if topic in self._subjects:
                self._subjects[topic].positions.discard((client, place))
        position.remembered = None
