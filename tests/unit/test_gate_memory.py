"""What the gate remembers is true, whatever comes in whatever order, and it is bounded."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from backend.live.bounds import Bounds
from backend.live.clients import Person
from backend.live.memory import PLACES_MAX, Memory, Remembered

LATER = 1000.0  # seconds on the tests' clock
USERS = st.integers(1, 3)
CLIENTS = st.sampled_from([b"laptop", b"telephone", b"bot"])
PLACES = st.sampled_from(["here", "there"])


def answer(user_id: int, rev: int, *names: str, until: float = LATER) -> Remembered:
    return Remembered(user_id, b"%d" % rev, (), (user_id, *names), frozenset(), "", until)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


class TrueToTheFeeds(RuleBasedStateMachine):
    """Feeds move; hints of it come late, twice, out of order or never; answers take their time; the sweep comes."""

    def __init__(self) -> None:
        super().__init__()
        self.memory = Memory(Bounds(), clock=Clock(), clients_max=2, topics_max=4)
        self.revs = {1: 0, 2: 0, 3: 0}
        self.hints: list[tuple[int, int]] = []
        self.heard = dict(self.revs)
        self.computed: list[tuple[bytes, str, int, int, int]] = []
        self.remembered: dict[tuple[bytes, str], tuple[int, int]] = {}

    @rule(user=USERS)
    def a_feed_moves(self, user: int) -> None:
        self.revs[user] += 1
        self.hints.append((user, self.revs[user]))

    @rule(data=st.data())
    def a_hint_comes(self, data: st.DataObject) -> None:
        if self.hints:
            user, rev = data.draw(st.sampled_from(self.hints))
            self.memory.hear(user, rev)
            self.heard[user] = max(self.heard[user], rev)

    @rule(client=CLIENTS, place=PLACES, user=USERS)
    def django_looks(self, client: bytes, place: str, user: int) -> None:
        self.computed.append((client, place, user, self.revs[user], self.memory.tick()))

    @rule(data=st.data())
    def django_has_answered(self, data: st.DataObject) -> None:
        if self.computed:
            client, place, user, rev, begun = data.draw(st.sampled_from(self.computed))
            self.computed.remove((client, place, user, rev, begun))
            if self.memory.remember(client, place, answer(user, rev), rev=rev, begun=begun):
                self.remembered[client, place] = (user, rev)

    @rule()
    def the_sweep_comes(self) -> None:
        known = self.memory.feeds()
        for user, rev in known.items():
            if self.revs[user] > rev:
                self.memory.hear(user, self.revs[user])
        self.heard |= {user: self.revs[user] for user in known}
        for (client, place), (user, _) in self.remembered.items():
            assert recall(self.memory, client, place) in (None, b"%d" % self.revs[user]), "old news after a sweep"

    @invariant()
    def nothing_older_than_what_was_heard_is_recalled(self) -> None:
        for (client, place), (user, _) in self.remembered.items():
            etag = recall(self.memory, client, place)
            assert etag is None or int(etag) >= self.heard[user], "older than what was heard"

    @invariant()
    def it_is_bounded(self) -> None:
        assert len(self.memory.clients) <= 2
        assert len(self.memory._subjects) <= 4


def recall(memory: Memory, client: bytes, place: str) -> bytes | None:
    known = memory.clients.get(client)
    return known.places[place].etag if known and place in known.places else None


TestTrueToTheFeeds = TrueToTheFeeds.TestCase
TestTrueToTheFeeds.settings = settings(
    max_examples=200, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def test_it_does_not_remember_an_answer_that_news_has_overtaken() -> None:
    memory = Memory(Bounds(), clock=Clock())
    begun = memory.tick()
    memory.hear(1, 6)
    assert not memory.remember(b"laptop", "here", answer(1, 5), rev=5, begun=begun)
    assert recall(memory, b"laptop", "here") is None
    assert memory.remember(b"laptop", "here", answer(1, 6), rev=6, begun=begun), "the news was in the answer"


def test_it_does_not_remember_an_answer_begun_before_somebody_began_to_type() -> None:
    memory = Memory(Bounds(), clock=Clock())
    begun = memory.tick()
    memory.hear("typing:7")
    assert not memory.remember(b"laptop", "here", answer(1, 5, "typing:7"), rev=5, begun=begun)
    assert memory.remember(b"laptop", "here", answer(1, 5, "typing:7"), rev=5, begun=memory.tick())
    memory.hear("typing:7")
    assert recall(memory, b"laptop", "here") is None


def test_a_hint_that_comes_twice_or_late_lets_nobody_look_again() -> None:
    memory = Memory(Bounds(), clock=Clock())
    memory.remember(b"laptop", "here", answer(1, 5), rev=5, begun=memory.tick())
    memory.hear(1, 5)
    memory.hear(1, 4)
    assert recall(memory, b"laptop", "here") == b"5"


def test_feeds_that_began_again_after_a_restore_are_believed() -> None:
    memory = Memory(Bounds(), clock=Clock())
    memory.hear(1, 500)
    assert memory.remember(b"laptop", "here", answer(1, 3), rev=3, begun=memory.tick())
    assert recall(memory, b"laptop", "here") == b"3"


def test_what_one_tab_learns_counts_for_the_others(loop: asyncio.AbstractEventLoop) -> None:
    memory = Memory(Bounds(), clock=Clock())
    memory.remember(b"laptop", "here", answer(1, 5), rev=5, begun=memory.tick())
    waiter = loop.create_future()
    memory.wait((1,), waiter)
    memory.remember(b"telephone", "here", answer(1, 6), rev=6, begun=memory.tick())
    assert recall(memory, b"laptop", "here") is None
    assert waiter.result() is True


@pytest.mark.parametrize("topic", [1, "typing:7"])
def test_who_waits_is_woken_once(topic: Any, loop: asyncio.AbstractEventLoop) -> None:
    memory = Memory(Bounds(), clock=Clock())
    waiters = [loop.create_future() for _ in range(3)]
    for waiter in waiters:
        memory.wait((1, "typing:7"), waiter)
    memory.unwait((1, "typing:7"), waiters[2])
    memory.hear(2, 9)
    assert not any(waiter.done() for waiter in waiters)
    memory.hear(topic, 9 if topic == 1 else None)
    memory.hear(1, 10)
    assert [waiter.done() for waiter in waiters] == [True, True, False]


def test_thousands_of_cursors_of_one_client_take_the_room_of_a_few_and_nothing_from_others() -> None:
    memory = Memory(Bounds(), clock=Clock())
    memory.remember(b"laptop", "here", answer(2, 5), rev=5, begun=memory.tick())
    for cursor in range(5000):
        memory.remember(b"bot", f"cursor={cursor}", answer(1, 7), rev=7, begun=memory.tick())
    bot = memory.clients.get(b"bot")
    assert bot and len(bot.places) == PLACES_MAX
    assert len(memory._subjects[1].polls) == PLACES_MAX
    assert recall(memory, b"laptop", "here") == b"5"


def test_the_client_that_was_quiet_the_longest_is_forgotten() -> None:
    memory = Memory(Bounds(), clock=Clock(), clients_max=2)
    for client in (b"laptop", b"telephone"):
        memory.remember(client, "here", answer(1, 5), rev=5, begun=memory.tick())
    assert recall(memory, b"laptop", "here") == b"5"
    memory.remember(b"bot", "here", answer(1, 5), rev=5, begun=memory.tick())
    assert [recall(memory, client, "here") for client in (b"laptop", b"telephone", b"bot")] == [b"5", None, b"5"]


def test_whoever_waits_for_a_feed_that_is_forgotten_is_woken(loop: asyncio.AbstractEventLoop) -> None:
    memory = Memory(Bounds(), clock=Clock(), topics_max=2)
    waiter = loop.create_future()
    memory.wait((1,), waiter)
    for user_id in (2, 3):
        memory.hear(user_id, 1)
    assert waiter.done(), "it would not hear of news any more"


def test_the_sweep_asks_only_for_feeds_that_somebody_depends_on(loop: asyncio.AbstractEventLoop) -> None:
    memory = Memory(Bounds(), clock=Clock())
    memory.remember(b"laptop", "here", answer(1, 5, "typing:7"), rev=5, begun=memory.tick())
    memory.wait((2,), loop.create_future())
    memory.hear(3, 8)
    assert memory.feeds() == {1: 5, 2: -1}


@given(pauses=st.lists(st.floats(0, 0.05), min_size=200, max_size=200))
def test_a_tight_loop_is_slowed_and_a_steady_poll_is_not(pauses: list[float]) -> None:
    bounds = Bounds()
    tight, steady, now = Person(1, bounds), Person(2, bounds), 0.0
    let_through = 0
    for pause in pauses:
        now += pause
        let_through += tight.spend(now)
    assert bounds.poll_burst <= let_through <= bounds.poll_burst + now * bounds.poll_rate + 1
    assert all(steady.spend(1000 + 0.0625 * i) for i in range(400)), "two devices, each told to come after 0.1 s"
