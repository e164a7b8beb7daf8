"""The decision: one case for every verdict, and what must hold for all of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.notifications.selectors import MissedMessage
from backend.notifications.verdicts import Verdict
from worker.policy import Situation, decide, mentions

NOW = datetime(2026, 10, 6, 14, 4, tzinfo=UTC)
ALICE, BOB = 1, 2
MINUTE = timedelta(minutes=1)


def message(seq: int, *, sender: int = BOB, text: str = "Hello", deleted: bool = False) -> MissedMessage:
    return MissedMessage(
        seq=seq, sender_id=sender, sender_name="Bob", text=text, created_at=NOW - 3 * MINUTE, deleted=deleted
    )


AWAY = Situation(
    now=NOW,
    recipient_id=ALICE,
    recipient_name="Alice Adler",
    account_active=True,
    in_conversation=True,
    level="all",
    muted_until=None,
    read_seq=0,
    seen_at=None,
    away_after=MINUTE,
    messages=(message(1), message(2)),
)


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
        ({"account_active": False}, Verdict.INACTIVE, []),
        ({"in_conversation": False}, Verdict.NO_ACCESS, []),
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
        ({"seen_at": NOW}, Verdict.ACTIVE, []),
        ({"seen_at": NOW - MINUTE}, Verdict.SEND, [1, 2]),
        ({"seen_at": NOW, "level": "none"}, Verdict.MUTED, []),
        ({"seen_at": NOW, "read_seq": 2}, Verdict.READ, []),
        ({"seen_at": NOW, "away_after": timedelta(0)}, Verdict.SEND, [1, 2]),
    ],
)
def test_it_has_a_verdict_for_every_case(changes: dict, verdict: Verdict, seqs: list[int]) -> None:
    decision = decide(replace(AWAY, **changes))
    assert (decision.verdict, [told.seq for told in decision.told]) == (verdict, seqs)


def test_it_defers_until_the_reader_counts_as_away() -> None:
    decision = decide(replace(AWAY, seen_at=NOW - MINUTE / 4))
    assert decision.until == NOW + MINUTE * 3 / 4


def test_it_defers_for_no_longer_when_another_clock_is_ahead() -> None:
    assert decide(replace(AWAY, seen_at=NOW + 60 * MINUTE)).until == NOW + MINUTE


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
moments = st.none() | st.integers(-300, 300).map(lambda seconds: NOW + timedelta(seconds=seconds))
situations = st.builds(
    replace,
    st.just(AWAY),
    account_active=st.booleans(),
    in_conversation=st.booleans(),
    level=st.sampled_from(["all", "mentions", "none"]),
    muted_until=moments,
    read_seq=st.integers(0, 20),
    seen_at=moments,
    messages=messages,
)


@given(situations)
def test_nobody_is_told_of_what_they_read_wrote_muted_or_may_not_see(situation: Situation) -> None:
    decision = decide(situation)
    for told in decision.told:
        assert told in situation.messages
        assert told.seq > situation.read_seq
        assert told.sender_id != situation.recipient_id
        assert not told.deleted
        assert situation.level != "none"
        assert situation.in_conversation and situation.account_active
        assert situation.seen_at is None or situation.seen_at <= NOW - MINUTE
    assert bool(decision.told) == (decision.verdict == Verdict.SEND)
    assert (decision.until is not None) == (decision.verdict == Verdict.ACTIVE)
    assert decision.until is None or NOW < decision.until <= NOW + MINUTE


@given(situations)
def test_whoever_is_away_and_mutes_nothing_is_told_of_everything_unread(situation: Situation) -> None:
    open_minded = replace(
        situation, account_active=True, in_conversation=True, level="all", muted_until=None, seen_at=None
    )
    told = {message.seq for message in decide(open_minded).told}
    owed = {m.seq for m in situation.messages if m.seq > situation.read_seq and m.sender_id == BOB and not m.deleted}
    assert told == owed
