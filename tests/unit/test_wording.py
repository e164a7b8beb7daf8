"""One sentence for whatever can become of a notification."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backend.accounts.models import User
from backend.notifications import wording
from backend.notifications.models import Burst, LogEntry
from backend.notifications.verdicts import HOLDS, Channel, Verdict
from backend.notifications.wording import log_sentences

NOW = datetime(2026, 10, 6, 14, 4, tzinfo=UTC)  # a Tuesday
EMAIL, PUSH = Channel.EMAIL, Channel.PUSH


@pytest.fixture(autouse=True)
def the_clock_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wording.timezone, "now", lambda: NOW)


def sentence(channel: Channel, verdict: Verdict, *, reader: User | None = None, **fields: Any) -> str:
    entry = LogEntry(**{"channel": channel, "verdict": verdict, "count": 1, "burst": Burst(id=1), **fields})
    return log_sentences([entry], reader or User())[0]


AT_20 = {"until": NOW.replace(hour=20, minute=0)}
BOB, FIREFOX = {"detail": "bob@example.com"}, {"detail": "Firefox on Linux"}
SENTENCES = [
    (EMAIL, Verdict.SEND, BOB, "Email sent to bob@example.com: 1 message"),
    (EMAIL, Verdict.SEND, {**BOB, "count": 3}, "Email sent to bob@example.com: 3 messages"),
    (EMAIL, Verdict.SEND, {**BOB, "count": 0, "burst": None}, "Test email sent to bob@example.com"),
    (EMAIL, Verdict.READ, {}, "Not emailed: you had read everything by then"),
    (EMAIL, Verdict.READ, BOB, "Not emailed: you had read everything by then"),
    (EMAIL, Verdict.OWN, {}, "Not emailed: there were only messages of your own"),
    (EMAIL, Verdict.TOLD, {}, "Not emailed: you had been told already"),
    (EMAIL, Verdict.BLOCKED, {}, "Not emailed: you block who wrote"),
    (EMAIL, Verdict.MUTED, {}, "Not emailed: you muted this conversation"),
    (EMAIL, Verdict.NO_ACCESS, {}, "Not emailed: you had left the conversation, or not accepted it"),
    (EMAIL, Verdict.INACTIVE, {}, "Not emailed: your account is switched off"),
    (EMAIL, Verdict.OFF, {}, "Not emailed: you switched this channel off"),
    (EMAIL, Verdict.SUPPRESSED, {}, "Not emailed: your mail server refused earlier mails"),
    (EMAIL, Verdict.DELAY, AT_20, "Email held until 20:00: you may still come back by yourself"),
    (EMAIL, Verdict.ACTIVE, AT_20, "Email held: you are looking, so it waits"),
    (EMAIL, Verdict.PAUSE, AT_20, "Email held until 20:00: you were told a short while ago"),
    (EMAIL, Verdict.QUIET, AT_20, "Email held: quiet hours until 20:00"),
    (EMAIL, Verdict.CAPPED, AT_20, "Email held until 20:00: enough for now"),
    (EMAIL, Verdict.FAILED, {"detail": "bob@example.com: 550 5.1.1: No"}, "Email given up: 550 5.1.1: No"),
    (EMAIL, Verdict.FAILED, BOB, "Email given up: it could not be delivered"),
    (PUSH, Verdict.SEND, FIREFOX, "Push to Firefox on Linux sent"),
    (PUSH, Verdict.SEND, {**FIREFOX, "burst": None}, "Test push to Firefox on Linux sent"),
    (PUSH, Verdict.READ, {}, "No push: you had read everything by then"),
    (PUSH, Verdict.READ, FIREFOX, "No push to Firefox on Linux: you had read everything by then"),
    (PUSH, Verdict.OWN, {}, "No push: there were only messages of your own"),
    (PUSH, Verdict.TOLD, {}, "No push: you had been told already"),
    (PUSH, Verdict.BLOCKED, {}, "No push: you block who wrote"),
    (PUSH, Verdict.MUTED, {}, "No push: you muted this conversation"),
    (PUSH, Verdict.NO_ACCESS, {}, "No push: you had left the conversation, or not accepted it"),
    (PUSH, Verdict.INACTIVE, {}, "No push: your account is switched off"),
    (PUSH, Verdict.OFF, {}, "No push: you switched this channel off"),
    (PUSH, Verdict.NO_DEVICE, {}, "No push: no browser of yours takes pushes"),
    (PUSH, Verdict.DELAY, AT_20, "Push held until 20:00: you may still come back by yourself"),
    (PUSH, Verdict.ACTIVE, AT_20, "Push held: you are looking, so it waits"),
    (PUSH, Verdict.PAUSE, AT_20, "Push held until 20:00: you were told a short while ago"),
    (PUSH, Verdict.QUIET, AT_20, "Push held: quiet hours until 20:00"),
    (PUSH, Verdict.CAPPED, AT_20, "Push held until 20:00: enough for now"),
    (PUSH, Verdict.GONE, FIREFOX, "No push to Firefox on Linux: the browser does not take pushes any more"),
    (PUSH, Verdict.FAILED, {"detail": "Firefox on Linux: 413"}, "Push to Firefox on Linux given up: 413"),
]
CANNOT_BE = {(EMAIL, Verdict.NO_DEVICE), (EMAIL, Verdict.GONE), (PUSH, Verdict.SUPPRESSED)}


@pytest.mark.parametrize(("channel", "verdict", "fields", "words"), SENTENCES)
def test_it_says(channel: Channel, verdict: Verdict, fields: dict[str, Any], words: str) -> None:
    assert sentence(channel, verdict, **fields) == words


def test_no_verdict_is_forgotten() -> None:
    every = {(channel, verdict) for channel in Channel for verdict in Verdict}
    assert {(channel, verdict) for channel, verdict, *_ in SENTENCES} == every - CANNOT_BE
    for channel, verdict in CANNOT_BE:
        assert sentence(channel, verdict)


@pytest.mark.parametrize("verdict", sorted(HOLDS))
def test_a_hold_without_an_end_names_none(verdict: Verdict) -> None:
    assert "until" not in sentence(EMAIL, verdict) and "until" not in sentence(PUSH, verdict)


@pytest.mark.parametrize(
    ("zone", "until", "words"),
    [
        ("UTC", NOW.replace(hour=23, minute=59), "23:59"),
        ("UTC", NOW + timedelta(hours=18), "Wed 7 Oct, 08:04"),
        ("UTC", NOW - timedelta(days=2), "Sun 4 Oct, 14:04"),
        ("Asia/Kolkata", NOW + timedelta(hours=1), "20:34"),
        ("Asia/Kolkata", NOW + timedelta(hours=5), "Wed 7 Oct, 00:34"),
        ("Pacific/Kiritimati", NOW + timedelta(hours=1), "05:04"),
        ("Mars/Olympus", NOW + timedelta(hours=1), "15:04"),
    ],
)
def test_a_time_is_the_readers_and_has_a_day_unless_it_is_today(zone: str, until: datetime, words: str) -> None:
    held = sentence(EMAIL, Verdict.QUIET, until=until, reader=User(timezone=zone))
    assert held == f"Email held: quiet hours until {words}"


@pytest.mark.parametrize(("language", "day"), [("en", "Wed 7 Oct"), ("es", "Mié 7 Oct"), ("ar", "أربعاء")])
def test_a_day_is_in_the_readers_language(language: str, day: str) -> None:
    held = sentence(EMAIL, Verdict.QUIET, until=NOW + timedelta(hours=18), reader=User(language=language))
    assert day.casefold() in held.casefold()


@pytest.mark.parametrize("detail", ["100%", "%(count)s", "{0}", "a: b: c", "", "\u202egro", "x" * 500])
def test_a_strange_name_is_repeated_as_it_is(detail: str) -> None:
    assert detail in sentence(PUSH, Verdict.SEND, detail=detail)
    assert sentence(EMAIL, Verdict.FAILED, detail=detail)
