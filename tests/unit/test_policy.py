"""The decision: one case for every verdict, and what must hold for all of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.notifications.selectors.outbox import MissedMessage
from backend.notifications.verdicts import HOLDS, Channel, Verdict
from worker.policy import (
    PAUSES,
    Decision,
    Missed,
    QuietHours,
    Recipient,
    Situation,
    Told,
    Way,
    decide,
    look_again,
    mentions,
)

NOW = datetime(2026, 10, 6, 14, 4, tzinfo=UTC)
ALICE, BOB = 1, 2
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SENT = NOW - 3 * MINUTE
QUIET_NOW = QuietHours(13 * 60, 15 * 60, UTC)


def message(
    seq: int, *, sender: int = BOB, text: str = "Hello", deleted: bool = False, at: datetime = SENT
) -> MissedMessage:
    return MissedMessage(seq=seq, sender_id=sender, sender_name="Bob", text=text, created_at=at, deleted=deleted)


RECIPIENT = Recipient(id=ALICE, name="Alice Adler", active=True, seen_at=None, away_after=MINUTE, quiet=None)
MISSED = Missed(in_conversation=True, level="all", muted_until=None, read_seq=0, messages=(message(1), message(2)))
AWAY = Situation(NOW, RECIPIENT, MISSED, Way(Channel.EMAIL, delay=2 * MINUTE))


def situation(**changes: Any) -> Situation:
    """AWAY with these facts changed, whatever part of it they stand in."""
    parts = {"recipient": AWAY.recipient, "missed": AWAY.missed, "way": AWAY.way, "told": AWAY.told}
    for name, value in changes.items():
        part = next(key for key, part in parts.items() if name in type(part).__dataclass_fields__)
        parts[part] = replace(parts[part], **{name: value})  # type: ignore[type-var]
    return replace(AWAY, **parts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "verdict", "seqs"),
    [
        ({}, Verdict.SEND, [1, 2]),
        ({"read_seq": 1}, Verdict.SEND, [2]),
        ({"read_seq": 2}, Verdict.READ, []),
        ({"messages": ()}, Verdict.READ, []),
        ({"messages": (message(1, deleted=True),)}, Verdict.READ, []),
        ({"messages": (message(1, deleted=True), message(2))}, Verdict.SEND, [2]),
        ({"messages": (message(1, sender=ALICE),)}, Verdict.OWN, []),
        ({"messages": (message(1, sender=ALICE), message(2))}, Verdict.SEND, [2]),
        ({"messages": (message(1, sender=ALICE), message(2)), "read_seq": 2}, Verdict.READ, []),
        ({"active": False}, Verdict.INACTIVE, []),
        ({"in_conversation": False}, Verdict.NO_ACCESS, []),
        ({"blocked": frozenset({BOB})}, Verdict.BLOCKED, []),
        ({"blocked": frozenset({BOB}), "messages": (message(1), message(2, sender=3))}, Verdict.SEND, [2]),
        ({"blocked": frozenset({BOB}), "read_seq": 2}, Verdict.READ, []),
        ({"blocked": frozenset({3})}, Verdict.SEND, [1, 2]),
        ({"level": "none"}, Verdict.MUTED, []),
        ({"muted_until": NOW + MINUTE}, Verdict.MUTED, []),
        ({"muted_until": NOW}, Verdict.SEND, [1, 2]),
        ({"level": "mentions"}, Verdict.MUTED, []),
        ({"level": "mentions", "messages": (message(1), message(2, text="@Alice Adler?"))}, Verdict.SEND, [2]),
        (
            {"level": "mentions", "muted_until": NOW + MINUTE, "messages": (message(1, text="@alice adler"),)},
            Verdict.MUTED,
            [],
        ),
        ({"obstacle": Verdict.OFF}, Verdict.OFF, []),
        ({"obstacle": Verdict.SUPPRESSED, "read_seq": 2}, Verdict.READ, []),
        ({"seq": 2}, Verdict.TOLD, []),
        ({"seq": 1}, Verdict.SEND, [2]),
        ({"delay": 4 * MINUTE}, Verdict.DELAY, [1, 2]),
        ({"seen_at": NOW}, Verdict.ACTIVE, [1, 2]),
        ({"seen_at": NOW - MINUTE}, Verdict.SEND, [1, 2]),
        ({"seen_at": NOW, "level": "none"}, Verdict.MUTED, []),
        ({"seen_at": NOW, "read_seq": 2}, Verdict.READ, []),
        ({"seen_at": NOW, "away_after": timedelta(0)}, Verdict.SEND, [1, 2]),
        ({"seq": 1, "at": NOW - 9 * MINUTE, "times": 1}, Verdict.PAUSE, [2]),
        ({"seq": 1, "at": NOW - 10 * MINUTE, "times": 1}, Verdict.SEND, [2]),
        ({"seq": 1, "at": NOW - 10 * MINUTE, "times": 2}, Verdict.PAUSE, [2]),
        ({"seq": 1, "at": NOW - 23 * HOUR, "times": 99}, Verdict.PAUSE, [2]),
        ({"seq": 1, "at": NOW - 24 * HOUR, "times": 99}, Verdict.SEND, [2]),
        ({"seq": 1, "at": NOW, "times": 0}, Verdict.SEND, [2]),
        ({"quiet": QUIET_NOW}, Verdict.QUIET, [1, 2]),
        ({"quiet": QUIET_NOW, "delay": 2 * HOUR}, Verdict.DELAY, [1, 2]),
        ({"free_at": NOW + HOUR}, Verdict.CAPPED, [1, 2]),
        ({"free_at": NOW + 2 * HOUR, "quiet": QUIET_NOW}, Verdict.CAPPED, [1, 2]),
        ({"free_at": NOW}, Verdict.SEND, [1, 2]),
    ],
)
def test_it_has_a_verdict_for_every_case(changes: dict[str, Any], verdict: Verdict, seqs: list[int]) -> None:
    decision = decide(situation(**changes))
    assert (decision.verdict, [told.seq for told in decision.messages]) == (verdict, seqs)


@pytest.mark.parametrize(
    ("changes", "until"),
    [
        ({"delay": 4 * MINUTE}, NOW + MINUTE),
        ({"delay": MINUTE, "messages": (message(1, at=NOW + HOUR),)}, NOW + MINUTE),  # another clock is ahead
        ({"seen_at": NOW - MINUTE / 4}, NOW + MINUTE * 3 / 4),
        ({"seen_at": NOW + HOUR}, NOW + MINUTE),  # another clock is ahead
        ({"seq": 1, "at": NOW - MINUTE, "times": 1}, NOW + 9 * MINUTE),
        ({"quiet": QUIET_NOW}, datetime(2026, 10, 6, 15, 0, tzinfo=UTC)),
        ({"free_at": NOW + 2 * HOUR, "quiet": QUIET_NOW}, NOW + 2 * HOUR),
    ],
)
def test_it_holds_until_the_last_of_what_holds_it_is_over(changes: dict[str, Any], until: datetime) -> None:
    assert decide(situation(**changes)).until == until


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@Ann", True),
        ("hi @ann, look", True),
        ("(@ANN)", True),
        ("@Anna", False),
        ("bob@ann.example", False),
        ("Ann", False),
        ("@", False),
    ],
)
def test_a_mention_is_the_whole_name_by_itself(text: str, named: bool) -> None:
    assert mentions(text, "Ann") is named


def test_a_mention_may_be_spaced_otherwise_and_a_name_is_no_pattern() -> None:
    assert mentions("@Alice  adler!", "Alice Adler")
    assert not mentions("@Alice", "A.*")
    assert not mentions("@", " ")


# --- the ladder: when to look again


def test_a_burst_ends_when_no_channel_holds() -> None:
    assert look_again([Decision(Verdict.SEND), Decision(Verdict.TOLD)], now=NOW) is None
    assert look_again([Decision(Verdict.READ), Decision(Verdict.READ)], now=NOW) is None


def test_it_looks_again_when_the_first_hold_is_over() -> None:
    held = [Decision(Verdict.DELAY, (), NOW + MINUTE / 2), Decision(Verdict.QUIET, (), NOW + HOUR)]
    assert look_again(held, now=NOW) == NOW + MINUTE / 2


def test_a_channel_that_has_told_is_asked_for_news_while_another_holds() -> None:
    held = [Decision(Verdict.SEND, (message(1),)), Decision(Verdict.DELAY, (), NOW + HOUR)]
    assert look_again(held, now=NOW) == NOW + PAUSES[Channel.PUSH][0]
    switched_off = [Decision(Verdict.OFF), Decision(Verdict.DELAY, (), NOW + HOUR)]
    assert look_again(switched_off, now=NOW) == NOW + HOUR


# --- quiet hours

BERLIN = ZoneInfo("Europe/Berlin")


def berlin(*when: int, fold: int = 0) -> datetime:
    year, month, day, hour, minute = when
    return datetime(year, month, day, hour, minute, tzinfo=BERLIN, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "end", "now", "until"),
    [
        (22, 8, berlin(2026, 10, 6, 21, 59), None),
        (22, 8, berlin(2026, 10, 6, 22, 0), berlin(2026, 10, 7, 8, 0)),
        (22, 8, berlin(2026, 10, 7, 0, 30), berlin(2026, 10, 7, 8, 0)),
        (22, 8, berlin(2026, 10, 7, 8, 0), None),
        (12, 13, berlin(2026, 10, 7, 12, 30), berlin(2026, 10, 7, 13, 0)),
        (12, 13, berlin(2026, 10, 7, 13, 0), None),
        # The night in which the clock goes back has nine hours of quiet more... by the clock on the wall it ends at 8.
        (22, 8, berlin(2026, 10, 24, 23, 0), berlin(2026, 10, 25, 8, 0)),
        (22, 8, berlin(2026, 3, 28, 23, 0), berlin(2026, 3, 29, 8, 0)),
        # 02:30 comes twice on 25 October and quiet ends with the first, 02:30 does not come at all on 29 March.
        (1, 2.5, berlin(2026, 10, 25, 1, 30), berlin(2026, 10, 25, 2, 30)),
        (1, 2.5, berlin(2026, 10, 25, 2, 15, fold=1), None),
        (1, 2.5, berlin(2026, 3, 29, 1, 30), berlin(2026, 3, 29, 3, 30)),
    ],
)
def test_quiet_hours_end_by_the_clock_on_the_recipients_wall(
    start: float, end: float, now: datetime, until: datetime | None
) -> None:
    assert QuietHours(int(start * 60), int(end * 60), BERLIN).end_after(now) == until


zones = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
minutes = st.integers(0, 24 * 60 - 1)
times = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
quiet_hours = st.builds(QuietHours, minutes, minutes, zones).filter(lambda quiet: quiet.start != quiet.end)


@given(quiet_hours, times)
def test_quiet_hours_always_end_and_within_a_day_and_an_hour_or_so(quiet: QuietHours, now: datetime) -> None:
    end = quiet.end_after(now)
    if end is not None:
        assert now < end <= now + timedelta(hours=27)  # clocks have gone back by up to three hours
        after = quiet.end_after(end)
        assert after is None or after <= end + timedelta(hours=3)  # where the clock jumped over the end


# --- what must hold for all situations

moments = st.none() | st.integers(-300, 300).map(lambda seconds: NOW + timedelta(seconds=seconds))
messages = st.lists(
    st.builds(
        message,
        st.integers(1, 20),
        sender=st.sampled_from([ALICE, BOB]),
        text=st.sampled_from(["Hello", "@Alice Adler"]),
        deleted=st.booleans(),
    ),
    unique_by=lambda m: m.seq,
).map(lambda found: tuple(sorted(found, key=lambda m: m.seq)))
recipients = st.builds(
    Recipient,
    id=st.just(ALICE),
    name=st.just("Alice Adler"),
    active=st.booleans(),
    seen_at=moments,
    away_after=st.just(MINUTE),
    quiet=st.none() | quiet_hours,
)
conversations = st.builds(
    Missed,
    in_conversation=st.booleans(),
    level=st.sampled_from(["all", "mentions", "none"]),
    muted_until=moments,
    read_seq=st.integers(0, 20),
    messages=messages,
)
ways = st.builds(
    Way,
    channel=st.sampled_from(Channel),
    delay=st.integers(0, 600).map(lambda seconds: timedelta(seconds=seconds)),
    obstacle=st.sampled_from([None, Verdict.OFF, Verdict.NO_DEVICE, Verdict.SUPPRESSED]),
    free_at=moments,
)
tolds = st.builds(Told, seq=st.integers(0, 20), at=moments, times=st.integers(0, 9))
situations = st.builds(Situation, now=st.just(NOW), recipient=recipients, missed=conversations, way=ways, told=tolds)


@given(situations)
def test_nobody_is_told_of_what_they_read_wrote_muted_were_told_or_may_not_see(situation: Situation) -> None:
    decision = decide(situation)
    for told in decision.messages:
        assert told in situation.missed.messages
        assert told.seq > max(situation.missed.read_seq, situation.told.seq)
        assert told.sender_id != situation.recipient.id
        assert not told.deleted
        assert situation.missed.level != "none" and situation.way.obstacle is None
        assert situation.missed.in_conversation and situation.recipient.active
    if decision.verdict == Verdict.SEND:
        assert situation.recipient.seen_at is None or situation.recipient.seen_at <= NOW - MINUTE
    assert bool(decision.messages) == (decision.verdict == Verdict.SEND or decision.verdict in HOLDS)
    assert (decision.until is not None) == (decision.verdict in HOLDS)
    assert decision.until is None or decision.until > NOW


@given(situations)
def test_whoever_stays_away_and_mutes_nothing_is_told_of_everything_unread_in_the_end(situation: Situation) -> None:
    situation = replace(
        situation,
        recipient=replace(situation.recipient, active=True),
        missed=replace(situation.missed, in_conversation=True, level="all", muted_until=None),
        way=replace(situation.way, obstacle=None),
    )
    owed = {
        message.seq
        for message in situation.missed.messages
        if message.seq > max(situation.missed.read_seq, situation.told.seq)
        and message.sender_id == BOB
        and not message.deleted
    }
    looks = 0
    while (decision := decide(situation)).until is not None:
        assert decision.until > situation.now
        situation, looks = replace(situation, now=decision.until), looks + 1
        assert looks <= 10 and situation.now <= NOW + timedelta(days=3)
    assert {message.seq for message in decision.messages} == owed
