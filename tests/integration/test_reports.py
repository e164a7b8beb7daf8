"""Reports of messages: kept as they were, worked off in the admin."""

import pytest
from django.test import Client

from backend.accounts.audit import AuditEntry
from backend.accounts.models import User
from backend.accounts.services import user_create
from backend.chat.models import Message, Report
from tests.conftest import PASSWORD, Api
from tests.problems import assert_problem


@pytest.fixture
def operator(db: None) -> Client:
    staff = user_create(email="ops@example.com", name="Ops", password=PASSWORD, is_superuser=True)
    client = Client()
    client.force_login(staff)
    return client


@pytest.fixture
def report(alice: User, bob: User, direct: int) -> Report:
    """bob's report of a message of alice's, who has edited it since."""
    Api(alice).say(direct, "Buy <b>lamps</b>")
    made = Api(bob).post(f"conversations/{direct}/messages/1/report", {"reason": "spam", "note": "every day"})
    assert made.status_code == 201
    Api(alice).patch(f"conversations/{direct}/messages/1", {"text": "How are you?"})
    return Report.objects.get(id=made.json()["id"])


def close(operator: Client, report: Report, action: str) -> int:
    form = {"action": action, "action_note": "as the rules say"}
    return operator.post(f"/admin/chat/report/{report.id}/change/", form).status_code


def test_a_report_keeps_the_message_as_it_was(report: Report, alice: User, bob: User) -> None:
    assert (report.text, report.reason, report.note, report.sender, report.reporter) == (
        "Buy <b>lamps</b>",
        "spam",
        "every day",
        alice,
        bob,
    )


def test_one_person_reports_a_message_once(report: Report, alice: User, bob: User, direct: int) -> None:
    path = f"conversations/{direct}/messages/1/report"
    again = Api(bob).post(path, {"reason": "abuse"})
    assert (again.status_code, again.json()) == (200, {"id": report.id})
    Api(alice).delete(f"conversations/{direct}/messages/1")
    assert Api(bob).post(path, {"reason": "abuse"}).status_code == 200
    assert_problem(Api(alice).post(path, {"reason": "spam"}), 409, "message_deleted")
    assert_problem(Api(bob).post(path, {"reason": "boring"}), 400, "invalid_parameter", "reason")
    assert_problem(Api(bob).post(path, {"reason": "spam", "note": "x" * 1001}), 400, "invalid_parameter", "note")
    assert Report.objects.get().reason == "spam"


def test_the_queue_shows_what_is_open_with_the_text_as_it_was(report: Report, operator: Client) -> None:
    queue = operator.get("/admin/chat/report/?state__exact=open").content.decode()
    assert "lamps" not in queue and "bob@example.com" in queue
    assert not AuditEntry.objects.filter(event="messages_read").exists()
    page = operator.get(f"/admin/chat/report/{report.id}/change/").content.decode()
    assert "Buy &lt;b&gt;lamps" in page and "every day" in page and 'name="text"' not in page
    entry = AuditEntry.objects.get(event="messages_read")
    assert (entry.subjects, entry.detail["report"]) == ([report.reporter_id], report.id), "the sender is not told"
    assert close(operator, report, "dismissed") == 302
    report.refresh_from_db()
    assert (report.state, report.action, report.action_note) == ("done", "dismissed", "as the rules say")
    assert report.handled_by is not None and report.handled_by.name == "Ops" and report.handled_at is not None
    assert "Buy" not in operator.get("/admin/chat/report/?state__exact=open").content.decode()


def test_an_action_must_be_chosen(report: Report, operator: Client) -> None:
    assert close(operator, report, "") == 200
    report.refresh_from_db()
    assert report.state == "open"


def test_a_removed_message_is_an_ordinary_change(report: Report, bob: User, operator: Client, direct: int) -> None:
    before = Api(bob).get(f"conversations/{direct}/messages").json()["cursor"]
    assert close(operator, report, "message_removed") == 302
    [changed] = Api(bob).get(f"conversations/{direct}/messages?after={before}").json()["messages"]
    assert (changed["seq"], changed["deleted"], changed["text"]) == (1, True, "")
    assert Api(bob).get(f"conversations/{direct}").json()["unread"] == 0
    report.refresh_from_db()
    assert report.text == "Buy <b>lamps</b>"


def test_a_removed_message_may_be_of_somebody_who_has_left(
    alice: User, bob: User, group: int, operator: Client
) -> None:
    Api(bob).say(group, "and goodbye")
    Api(alice).post(f"conversations/{group}/messages/1/report", {"reason": "abuse"})
    Api(bob).delete(f"conversations/{group}/participants/{bob.id}")
    assert close(operator, Report.objects.get(), "both") == 302
    assert Message.objects.get().deleted_at is not None
    assert not User.objects.get(id=bob.id).is_active


def test_a_sender_who_is_switched_off_is_out_at_once(report: Report, alice: User, operator: Client) -> None:
    api = Api(alice)
    assert close(operator, report, "sender_disabled") == 302
    assert_problem(api.get("me"), 401, "token_invalid")


def test_reports_are_neither_made_nor_deleted_by_hand(report: Report, operator: Client) -> None:
    assert operator.get("/admin/chat/report/add/").status_code == 403
    assert operator.post(f"/admin/chat/report/{report.id}/delete/", {"post": "yes"}).status_code == 403
    assert Report.objects.exists()
