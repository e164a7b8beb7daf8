"""Messages that are too old become tombstones, in portions, as ordinary changes."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db.models import F
from django.utils import timezone

from backend.accounts.audit import AuditEntry
from backend.accounts.models import User
from backend.chat.models import Conversation, Message, Participant, Report
from backend.chat.reports import message_report
from backend.privacy.models import RetentionRun
from backend.privacy.services import retention
from backend.privacy.services.retention import retention_begin, retention_go_on, retention_purge
from tests.conftest import Api
from tests.problems import assert_problem
from tests.support.owed import say
from worker.tasks import tidy


def age(conversation_id: int, up_to: int, **by: float) -> None:
    """The messages up to this seq are so much older."""
    rows = Message.objects.filter(conversation_id=conversation_id, seq__lte=up_to)
    rows.update(created_at=F("created_at") - timedelta(**by))


def run() -> int:
    """A whole run; in how many ticks."""
    RetentionRun.objects.update(finished_at=timezone.now() - timedelta(hours=2))
    retention_begin()
    ticks = 0
    while retention_go_on(budget=30):
        ticks += 1
    return ticks


def texts(conversation_id: int) -> list[str]:
    return list(Message.objects.filter(conversation_id=conversation_id).order_by("seq").values_list("text", flat=True))


def test_old_messages_become_tombstones_and_readers_hear_of_it(
    alice: User, bob: User, group: int, settings: Any
) -> None:
    settings.HARK_RETENTION_DAYS = 30
    for number in range(1, 8):
        say(alice if number % 2 else bob, group, f"text {number}")
    Api(bob).put(f"conversations/{group}/read", {"seq": 2})
    api = Api(bob)
    before = api.get("sync").json()["cursor"]
    cursor = api.get(f"conversations/{group}/messages").json()["cursor"]
    age(group, 5, days=31)
    run()
    assert texts(group) == [""] * 5 + ["text 6", "text 7"]
    page = api.get(f"conversations/{group}/messages?after={cursor}").json()
    assert [(m["seq"], m["deleted"]) for m in page["messages"]] == [(seq, True) for seq in range(1, 6)]
    assert [c["unread"] for c in api.get(f"sync?cursor={before}").json()["conversations"]] == [1]
    by_hand = Message.objects.filter(conversation_id=group, seq__gt=2, deleted_at=None).exclude(sender=bob).count()
    assert Participant.objects.get(conversation_id=group, user=bob).unread == by_hand == 1
    entry = AuditEntry.objects.get(event="retention_run")
    assert (entry.detail, entry.subjects) == ({"messages": 5, "site_days": 30}, [])
    assert api.get("search?q=text").json()["results"][0]["message"]["seq"] in {6, 7}


def test_whoever_has_nothing_unread_left_is_owed_nothing(alice: User, bob: User, direct: int, settings: Any) -> None:
    settings.HARK_RETENTION_DAYS = 1
    say(alice, direct)
    say(alice, direct)
    age(direct, 2, days=2)
    run()
    row = Participant.objects.get(conversation_id=direct, user=bob)
    assert (row.unread, row.waiting_since) == (0, None)


def test_it_goes_on_in_small_portions(alice: User, bob: User, direct: int, settings: Any, monkeypatch: Any) -> None:
    settings.HARK_RETENTION_DAYS = 1
    monkeypatch.setattr(retention, "MESSAGES_A_TICK", 10)
    monkeypatch.setattr("backend.chat.tombstones.BATCH", 4)
    for _ in range(30):
        say(alice, direct)
    age(direct, 25, days=2)
    Conversation.objects.create(kind="group", owner=alice)
    assert run() == 3
    assert texts(direct) == [""] * 25 + ["Hello"] * 5
    assert Participant.objects.get(conversation_id=direct, user=bob).unread == 5
    assert AuditEntry.objects.get(event="retention_run").detail["messages"] == 25


def test_a_run_that_was_cut_off_is_gone_on_with(alice: User, direct: int, settings: Any, monkeypatch: Any) -> None:
    settings.HARK_RETENTION_DAYS = 1
    monkeypatch.setattr(retention, "MESSAGES_A_TICK", 3)
    monkeypatch.setattr("backend.chat.tombstones.BATCH", 3)
    for _ in range(9):
        say(alice, direct)
    age(direct, 9, days=2)
    retention_begin()
    assert retention_go_on(budget=30)
    RetentionRun.objects.update(lease_until=timezone.now() + timedelta(seconds=60))
    assert not retention_go_on(budget=30), "another worker has it"
    RetentionRun.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    while retention_go_on(budget=30):
        pass
    assert texts(direct) == [""] * 9
    assert AuditEntry.objects.get(event="retention_run").detail["messages"] == 9


def test_the_next_run_comes_after_an_hour_and_says_nothing_if_it_does_nothing(
    alice: User, direct: int, settings: Any
) -> None:
    settings.HARK_RETENTION_DAYS = 1
    say(alice, direct)
    run()
    retention_begin()
    assert not RetentionRun.objects.filter(state="waiting").exists()
    assert not AuditEntry.objects.filter(event="retention_run").exists()
    RetentionRun.objects.update(finished_at=timezone.now() - timedelta(days=31))
    retention_purge()
    assert not RetentionRun.objects.exists()


def test_without_a_setting_messages_stay_but_where_an_owner_chose(alice: User, direct: int, group: int) -> None:
    api = Api(alice)
    for conversation in (direct, group):
        say(alice, conversation)
        age(conversation, 1, days=1000)
    assert api.patch(f"conversations/{group}", {"retention_days": 999}).json()["retention_days"] == 999
    run()
    assert (texts(direct), texts(group)) == (["Hello"], [""])


def test_an_owner_keeps_messages_shorter_than_the_site_only(alice: User, bob: User, group: int, settings: Any) -> None:
    settings.HARK_RETENTION_DAYS = 30
    api, path = Api(alice), f"conversations/{group}"
    assert_problem(api.patch(path, {"retention_days": 31}), 400, "invalid_parameter", "retention_days")
    for wrong in (0, -1, 36_501, "7", 1.5, True, [7]):
        assert_problem(api.patch(path, {"retention_days": wrong}), 400, "invalid_parameter", "retention_days")
    assert_problem(Api(bob).patch(path, {"retention_days": 7}), 403, "not_owner")
    assert api.patch(path, {"retention_days": 7, "title": "Short"}).json()["title"] == "Short"
    assert Api(bob).get(path).json()["retention_days"] == 7
    assert Api(bob).patch(path, {"title": "By Bob"}).json()["retention_days"] == 7
    assert api.patch(path, {"retention_days": None}).json()["retention_days"] is None
    assert_problem(api.patch(path, {}), 400, "invalid_parameter", "title")


def test_a_direct_conversation_has_what_the_site_has(alice: User, direct: int) -> None:
    assert_problem(Api(alice).patch(f"conversations/{direct}", {"retention_days": 7}), 409, "direct_is_fixed")


def test_a_retried_send_of_an_old_message_is_still_one_message(alice: User, direct: int, settings: Any) -> None:
    settings.HARK_RETENTION_DAYS = 1
    first = Api(alice).say(direct, "once")
    age(direct, 1, days=2)
    run()
    assert not Message.objects.get().sent_digest, "a short text can be guessed from its digest"
    body = {"client_id": first["client_id"], "text": "once"}
    again = Api(alice).post(f"conversations/{direct}/messages", body)
    assert (again.status_code, again.json()["seq"], again.json()["deleted"]) == (200, 1, True)
    assert re.fullmatch("[0-9a-f-]{36}", first["client_id"])


def test_where_a_clock_was_set_back_no_young_message_is_passed_by(alice: User, direct: int, settings: Any) -> None:
    settings.HARK_RETENTION_DAYS = 1
    for _ in range(3):
        say(alice, direct)
    age(direct, 3, days=2)
    Message.objects.filter(seq=2).update(created_at=timezone.now())
    run()
    assert texts(direct) == ["", "Hello", "Hello"]
    age(direct, 3, days=2)
    run()
    assert texts(direct) == ["", "", ""]


def test_a_report_is_kept_as_long_as_its_conversation_keeps_messages(alice: User, bob: User, group: int) -> None:
    for seq, reported_before in ((1, 6), (2, 8), (3, 29), (4, 31)):
        say(alice, group)
        report_id, _ = message_report(reporter_id=bob.id, conversation_id=group, seq=seq, reason="spam")
        at = timezone.now() - timedelta(days=reported_before)
        done = {"state": "done", "handled_at": at} if seq < 3 else {}
        Report.objects.filter(id=report_id).update(created_at=at, **done)
    retention_purge()
    assert Report.objects.count() == 4, "neither the site nor the conversation has a term"
    Conversation.objects.filter(id=group).update(retention_days=7)
    retention_purge()
    assert list(Report.objects.order_by("seq").values_list("seq", flat=True)) == [1, 3], "an open one has a month"


def test_a_step_of_tidying_that_fails_stops_no_other(db: None, settings: Any, tmp_path: Path) -> None:
    settings.HARK_VAR = tmp_path
    (tmp_path / "exports").touch()  # no folder: files cannot be purged
    RetentionRun.objects.create(state="done", finished_at=timezone.now() - timedelta(days=31))
    tidy()
    assert not RetentionRun.objects.exists()
