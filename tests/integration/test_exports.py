"""All that is mine as a file: asked for, made by a worker, mailed, downloaded, and deleted when its time is over."""

import errno
import io
import json
import stat
import threading
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from backend.accounts.audit import AuditEntry
from backend.accounts.models import User
from backend.privacy import files
from backend.privacy.lease import job_claim
from backend.privacy.links import export_path
from backend.privacy.models import Export
from backend.privacy.services import archive
from backend.privacy.services.exports import export_make_next, export_request, exports_delete, exports_purge
from tests.conftest import PASSWORD, Api
from tests.problems import assert_problem
from tests.support.crew import Crew
from tests.support.history import add_history, add_talk
from tests.support.mail import Inbox, text_of
from tests.support.owed import device_of, say
from tests.support.waiting import wait_until
from worker.exports import exports_mail


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """The files are in a place of the test's own."""
    settings.HARK_VAR = tmp_path / "var"
    return tmp_path / "var" / "exports"


def ask(user: User, **change: Any) -> Any:
    return Api(user).post("me/exports", {"password": PASSWORD, **change})


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def unpacked(content: bytes) -> dict[str, Any]:
    """The files of a zip by name: JSON documents, and lists of the lines of JSON Lines."""
    found: dict[str, Any] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive_:
        assert archive_.testzip() is None
        for name in archive_.namelist():
            text = archive_.read(name).decode()
            lines = [json.loads(line) for line in text.splitlines()] if name.endswith(".jsonl") else None
            found[name] = lines if lines is not None else json.loads(text) if name.endswith(".json") else text
    return found


def made(user: User) -> dict[str, Any]:
    """An export of theirs, made and downloaded."""
    assert ask(user).status_code == 202
    assert export_make_next()
    [item] = Api(user).get("me/exports").json()["exports"]
    response = browser(user).get(item["url"])
    assert response.status_code == 200
    content = b"".join(response.streaming_content)
    assert len(content) == item["size"]
    return unpacked(content)


def test_it_has_all_that_is_mine_and_nothing_else(alice: User, bob: User, dave: User, group: int, direct: int) -> None:
    say(alice, group, "=1+1 in the group")
    say(bob, group, "an answer")
    Api(bob).put(f"conversations/{group}/messages/1/reactions/%F0%9F%91%8D", {})
    say(bob, direct, "a secret of two")
    say(alice, direct, "mine, and then I left")
    device_of(alice)
    Api(alice).delete(f"conversations/{group}/participants/{alice.id}")
    say(bob, group, "after she left")
    found = made(alice)
    assert set(found) == {
        *("README.txt", "profile.json", "settings.json", "sessions.json", "tokens.json", "devices.json"),
        *("contacts.json", "blocks.json", "reports.json"),
        *("notifications.jsonl", "audit.jsonl", "conversations.jsonl"),
        *(f"messages/{group}.jsonl", f"messages/{direct}.jsonl"),
    }
    assert found["profile.json"]["email"] == "alice@example.com"
    assert [m["text"] for m in found[f"messages/{direct}.jsonl"]] == ["a secret of two", "mine, and then I left"]
    [mine] = found[f"messages/{group}.jsonl"]
    assert (mine["text"], mine["reactions"]) == ("=1+1 in the group", [])
    by_id = {c["id"]: c for c in found["conversations.jsonl"]}
    assert by_id[group]["title"] == "Harbour light" and by_id[group]["participants"] == []
    assert [one["name"] for one in by_id[direct]["participants"]] == ["Alice", "Bob"]
    assert [entry["event"] for entry in found["audit.jsonl"]].count("export_requested") == 1
    assert "session_key" not in str(found) and "digest" not in str(found) and "endpoint" not in str(found)
    assert "after she left" not in str(found) and "an answer" not in str(found)


def test_its_readme_is_in_the_language_of_its_owner(alice: User) -> None:
    alice.language = "es"
    alice.save()
    assert "Lo que Hark guarda de Alice" in made(alice)["README.txt"]


def test_a_long_history_is_complete_and_read_in_pages(
    alice: User, bob: User, direct: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.chat.history.PAGE", 70)
    add_history(direct, bob, 333)
    assert [m["seq"] for m in made(alice)[f"messages/{direct}.jsonl"]] == list(range(1, 334))


def test_it_is_for_its_owner_alone_and_audited(alice: User, bob: User, folder: Path) -> None:
    export_request(user=alice)
    export_make_next()
    export = Export.objects.get()
    path = export_path(export)
    assert path is not None
    response = browser(alice).get(path)
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Type"] == "application/zip"
    assert response["Content-Disposition"].startswith("attachment; ")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "Content-Security-Policy" in response
    assert b"".join(response.streaming_content)
    assert stat.S_IMODE((folder / export.file).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert Client().get(path).status_code == 401
    assert browser(bob).get(path).status_code == 404
    for bad in (f"{path}x", path[:-1], "/exports/x", "/exports/a:b", "/exports/%00"):
        assert browser(alice).get(bad).status_code == 404
    assert browser(alice).post(path).status_code == 405
    assert AuditEntry.objects.filter(event="export_downloaded", actor=alice.id).count() == 1


def test_it_ends_after_a_day(alice: User, folder: Path) -> None:
    export_request(user=alice)
    export_make_next()
    export = Export.objects.get()
    assert export.expires_at is not None
    assert export.expires_at - timezone.now() <= timedelta(hours=24)
    path = export_path(export)
    Export.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    [item] = Api(alice).get("me/exports").json()["exports"]
    assert (item["state"], item["url"]) == ("expired", None)
    assert browser(alice).get(path).status_code == 404
    exports_purge()
    assert list(folder.iterdir()) == []
    assert Export.objects.get().state == "expired"


def test_files_that_no_row_knows_are_deleted(folder: Path, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir(parents=True)
    (folder / "7-left.zip.part").write_bytes(b"x")
    exports_purge()
    assert len(list(folder.iterdir())) == 1, "a worker may be writing it"
    monkeypatch.setattr("backend.privacy.services.exports.STRAY_AFTER", -1)
    exports_purge()
    assert list(folder.iterdir()) == []


def test_asking_takes_the_password(alice: User) -> None:
    assert_problem(ask(alice, password="no horse at all"), 401, "invalid_credentials")
    assert_problem(ask(alice, password=5), 400, "invalid_parameter", "password")
    assert_problem(ask(alice, code=5), 400, "invalid_parameter", "code")
    assert_problem(Api(alice).post("me/exports", {}), 400, "invalid_parameter", "password")
    assert not Export.objects.exists()


def test_one_is_open_at_a_time_and_two_a_day(alice: User, bob: User) -> None:
    item = ask(alice).json()
    assert set(item) == {"id", "state", "created_at", "expires_at", "size", "url"}
    assert (item["state"], item["url"]) == ("waiting", None)
    assert_problem(ask(alice), 409, "export_pending")
    assert ask(bob).status_code == 202
    export_make_next()
    export_make_next()
    assert ask(alice).status_code == 202
    export_make_next()
    refused = ask(alice)
    assert_problem(refused, 429, "too_many_exports")
    assert 80_000 < int(refused["Retry-After"]) <= 86_401
    Export.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert ask(alice).status_code == 202


def test_twenty_requests_at_once_are_one_export(transactional_db: None, alice: User) -> None:
    statuses: list[int] = []

    def go() -> None:
        try:
            export_request(user=alice)
            statuses.append(202)
        except Exception as fault:
            statuses.append(getattr(fault, "status", 500))
        finally:
            connection.close()

    threads = [threading.Thread(target=go) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [202] + [409] * 19
    assert Export.objects.count() == 1


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (OSError(errno.ENOSPC, "No space"), "The disk of the server is full."),
        (PermissionError(errno.EACCES, "No"), "The server cannot write the file."),
        (RuntimeError("a text of somebody"), "A fault of the server."),
    ],
)
def test_a_failure_is_tried_again_and_then_told(
    fault: Exception, words: str, alice: User, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise fault

    export_request(user=alice)
    with monkeypatch.context() as patch:
        patch.setattr("backend.privacy.services.exports.archive_write", fail)
        assert export_make_next()
        export = Export.objects.get()
        assert (export.state, export.error, export.lease_until) == ("waiting", words, None)
        assert export.due_at > timezone.now()
        assert list(folder.iterdir()) == []
        for _ in range(5):
            Export.objects.update(due_at=timezone.now() - timedelta(seconds=1))
            export_make_next()
    assert Api(alice).get("me/exports").json()["exports"][0]["state"] == "failed"
    assert ask(alice).status_code == 202, "a failed one does not count"
    assert export_make_next() and Export.objects.latest("id").state == "ready"


def test_a_worker_that_lost_its_lease_leaves_nothing(
    alice: User, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export_request(user=alice)
    write = archive.archive_write

    def slow(file: Any, user: User, alive: Any) -> None:
        write(file, user, alive)
        Export.objects.update(lease_token="7" * 8 + "-7777-4777-8777-" + "7" * 12)

    monkeypatch.setattr("backend.privacy.services.exports.archive_write", slow)
    export_make_next()
    assert Export.objects.get().state == "waiting"
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("language", "subject"),
    [("en", "Your export is ready"), ("es", "Tu exportación está lista"), ("ar", "ملف بياناتك جاهز")],
)
def test_its_owner_gets_one_mail(language: str, subject: str, alice: User, inbox: Inbox, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", inbox.port
    alice.language = language
    alice.save()
    export_request(user=alice)
    export_make_next()
    exports_mail()
    exports_mail()
    [mail] = inbox.mails
    assert str(mail["Subject"]) == subject
    path = export_path(Export.objects.get())
    assert f"{settings.PUBLIC_URL}{path}" in text_of(mail)


@pytest.fixture
def crew(transactional_db: None, folder: Path, tmp_path: Path) -> Iterator[Crew]:
    crew = Crew(f"maildir://{tmp_path}/mail", folder.parent)
    yield crew
    crew.stop()


def test_a_worker_that_is_killed_in_the_middle_costs_nothing(
    crew: Crew, alice: User, bob: User, direct: int, folder: Path
) -> None:
    add_talk(direct, alice, bob, count=2_000, read=2_000)
    ask(alice)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("LOCK TABLE chat_message IN ACCESS EXCLUSIVE MODE")  # the worker gets as far as the messages
        worker = crew.worker()
        crew.beat()
        wait_until(lambda: folder.exists() and list(folder.glob("*.part")), "the file is being written", seconds=90)
        crew.kill(worker)
    assert Export.objects.get().state == "waiting"
    past = timezone.now() - timedelta(seconds=1)
    Export.objects.update(lease_until=past, due_at=past)
    crew.worker()
    wait_until(lambda: Export.objects.get().state == "ready", "another worker makes it anew", seconds=90)
    export = Export.objects.get()
    assert [path.name for path in folder.iterdir()] == [export.file]
    messages = unpacked((folder / export.file).read_bytes())[f"messages/{direct}.jsonl"]
    assert [message["seq"] for message in messages] == list(range(1, 2_001))
    assert files.file_size(export.file) == export.size


def test_a_task_that_is_handed_out_again_makes_nothing(alice: User, bob: User) -> None:
    """The broker does so every five minutes while a long export is made."""
    export_request(user=alice)
    export_request(user=bob)
    assert job_claim(Export.objects.all()) is not None, "one is being made"
    assert not export_make_next()
    assert Export.objects.filter(state="waiting").count() == 2


def test_a_file_that_is_on_another_host_is_told(alice: User, caplog: pytest.LogCaptureFixture) -> None:
    export_request(user=alice)
    assert export_make_next()
    files.file_delete(Export.objects.get().file)
    exports_delete(user_id=alice.id)
    assert "must be shared" in caplog.text
