"""What a sender is told of one other person: the first state that holds, and an honest estimate of what comes next."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.notifications.reach import Debt, Moment, Reach, Standing, State, reach_of
from backend.notifications.selectors.outbox import Announced
from backend.notifications.verdicts import Channel

NOW = datetime(2026, 10, 6, 14, 4, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
PUSH, EMAIL = Channel.PUSH, Channel.EMAIL
# Sent just now, and not read; an email follows in two minutes.
OWED = Debt(since=NOW, look_at=NOW + 20 * SECOND, delays={EMAIL: 2 * MINUTE})
SENT = Standing(seq=5, sent_at=NOW, read_seq=4, debt=OWED)
WITH_DEVICE = {PUSH: 20 * SECOND, EMAIL: 10 * MINUTE}


@pytest.mark.parametrize(
    ("changes", "reach"),
    [
        ({}, Reach(State.WAITING, EMAIL, NOW + 2 * MINUTE)),
        ({"debt": None}, Reach(State.NOT_TOLD)),
        ({"read_seq": 5, "read_at": NOW + MINUTE, "is_looking": True}, Reach(State.READ, at=NOW + MINUTE)),
        ({"read_seq": 9}, Reach(State.READ)),
        ({"read_seq": 5, "read_at": NOW - SECOND}, Reach(State.READ)),
        ({"is_looking": True, "told": [Moment(PUSH, NOW)]}, Reach(State.LOOKING)),
        ({"told": [Moment(EMAIL, NOW + MINUTE), Moment(PUSH, NOW)]}, Reach(State.TOLD, EMAIL, NOW + MINUTE)),
        ({"due": [Moment(PUSH, NOW + MINUTE)]}, Reach(State.WAITING, PUSH, NOW + MINUTE)),
        ({"due": [Moment(PUSH, NOW - MINUTE)], "debt": None}, Reach(State.WAITING, PUSH, NOW)),
    ],
)
def test_the_first_state_that_holds_is_told(changes: dict[str, object], reach: Reach) -> None:
    assert reach_of(replace(SENT, **changes), NOW) == reach


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"delays": WITH_DEVICE}, (PUSH, 20 * SECOND)),
        ({"delays": {**WITH_DEVICE, PUSH: HOUR}}, (EMAIL, 10 * MINUTE)),
        ({"delays": {PUSH: timedelta(0)}}, (PUSH, 20 * SECOND)),
        ({"since": NOW - MINUTE}, (EMAIL, MINUTE)),
        ({"since": NOW - HOUR}, (EMAIL, 20 * SECOND)),
        ({"since": NOW - HOUR, "look_at": NOW - MINUTE}, (EMAIL, timedelta(0))),
        ({"held_until": {EMAIL: NOW + 8 * HOUR}}, (EMAIL, 8 * HOUR)),
        ({"delays": WITH_DEVICE, "held_until": {PUSH: NOW + 8 * HOUR}}, (EMAIL, 10 * MINUTE)),
        ({"delays": WITH_DEVICE, "held_until": {PUSH: NOW + HOUR, EMAIL: NOW + HOUR}}, (PUSH, HOUR)),
        # The push has told of it already (or was given up): the email is next.
        ({"delays": WITH_DEVICE, "announced": {PUSH: Announced(5, NOW, 1)}}, (EMAIL, 10 * MINUTE)),
        # It has told of the message before this one: its delay begins anew, and it pauses.
        ({"since": NOW - HOUR, "announced": {EMAIL: Announced(4, NOW - HOUR, 1)}}, (EMAIL, 2 * MINUTE)),
        ({"since": NOW - HOUR, "announced": {EMAIL: Announced(4, NOW - 4 * MINUTE, 1)}}, (EMAIL, 6 * MINUTE)),
        ({"since": NOW - HOUR, "announced": {EMAIL: Announced(4, NOW - HOUR, 9)}}, (EMAIL, 23 * HOUR)),
    ],
)
def test_what_comes_next_is_the_channel_that_is_free_first(
    changes: dict[str, object], expected: tuple[Channel, timedelta]
) -> None:
    channel, wait = expected
    reach = reach_of(replace(SENT, debt=replace(OWED, **changes)), NOW)
    assert reach == Reach(State.WAITING, channel, NOW + wait)


@pytest.mark.parametrize("changes", [{"delays": {}}, {"announced": {EMAIL: Announced(5, NOW, 1)}}])
def test_who_cannot_be_told_is_not_waited_for(changes: dict[str, object]) -> None:
    assert reach_of(replace(SENT, debt=replace(OWED, **changes)), NOW) == Reach(State.NOT_TOLD)


moments = st.builds(
    Moment, channel=st.sampled_from(Channel), at=st.integers(-600, 600).map(lambda seconds: NOW + seconds * SECOND)
)
standings = st.builds(
    Standing,
    seq=st.just(5),
    sent_at=st.just(NOW - HOUR),
    read_seq=st.integers(0, 9),
    read_at=st.none() | moments.map(lambda moment: moment.at),
    is_looking=st.booleans(),
    told=st.lists(moments, max_size=3),
    due=st.lists(moments, max_size=3),
    debt=st.none() | st.just(OWED),
)


@given(standings)
def test_a_channel_is_named_with_a_time_and_what_is_expected_lies_ahead(standing: Standing) -> None:
    reach = reach_of(standing, NOW)
    assert (reach.channel is not None) == (reach.state in {State.TOLD, State.WAITING})
    assert (reach.at is None) or reach.state in {State.READ, State.TOLD, State.WAITING}
    assert reach.state != State.WAITING or (reach.at is not None and reach.at >= NOW)
    assert (reach.state == State.READ) == (standing.read_seq >= standing.seq)
