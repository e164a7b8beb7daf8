"""Whoever is erased leaves no trace: a canary is looked for in every column, key and file."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from backend.accounts.audit import AuditEntry
from backend.accounts.models import Signup, User
from backend.accounts.services import email_change_confirm, user_create
from backend.chat.membership import conversation_open
from backend.chat.models import Conversation, Message, Participant
from backend.chat.services import message_edit
from backend.chat.typing import typing_note
from backend.live import store
from backend.notifications.models import Burst, Delivery, LogEntry, NotificationSettings, Suppression
from backend.privacy.models import Erasure
from backend.privacy.services.erasures import erase_next
from tests.conftest import PASSWORD, Api, make_staff
from tests.problems import assert_problem
from tests.support.crew import Crew
from tests.support.history import add_talk
from tests.support.owed import device_of, say
from tests.support.waiting import wait_until

CANARY = "xanthippe"
COLUMNS = """
SELECT table_name, column_name FROM information_schema.columns
WHERE table_schema = 'public'
ORDER BY table_name, ordinal_position
"""


@pytest.fixture
def crew(hark: Any, tmp_path: Path) -> Iterator[Crew]:
    crew = Crew(f"maildir://{tmp_path}/mail", settings.HARK_VAR)
    yield crew
    crew.stop()


@pytest.fixture
def canary(transactional_db: None) -> User:
    return user_create(email=f"{CANARY}@example.com", name=f"{CANARY.title()} Canary", password=PASSWORD)


def hits() -> list[str]:
    """Where the canary is found: table.column, Valkey's keys, files."""
    return [*_in_database(), *_in_store(), *_in_files()]


def _in_database() -> list[str]:
    found = []
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS)
        for table, column in cursor.fetchall():
            cursor.execute(
                f'SELECT count(*) FROM "{table}" WHERE "{column}"::text ILIKE %s OR "{column}"::text ILIKE %s',  # noqa: S608
                [f"%{CANARY}%", f"%{CANARY.encode().hex()}%"],
            )
            if cursor.fetchone()[0]:
                found.append(f"{table}.{column}")
    return found


def _in_store() -> list[str]:
    client = store.client()
    readers: dict[str, Any] = {
        "string": client.get,
        "hash": client.hgetall,
        "list": lambda key: client.lrange(key, 0, -1),
        "set": client.smembers,
        "zset": lambda key: client.zrange(key, 0, -1),
    }
    every = [(key, readers[str(client.type(key))](key)) for key in client.scan_iter()]
    return [str(key) for key, value in every if CANARY in f"{key} {value}".lower()]


def _in_files() -> list[str]:
    files = (path for path in Path(settings.HARK_VAR).rglob("*") if path.is_file())
    kept = {"mail", "postgres", "static"}
    mine = (path for path in files if not kept & set(path.relative_to(settings.HARK_VAR).parts))
    return [str(path) for path in mine if CANARY.encode() in path.read_bytes().lower()]


def leave_traces(canary: User, alice: User, bob: User) -> tuple[int, int]:
    """Everything that a person can leave: a group of theirs with a title, a direct conversation."""
    Suppression.objects.create(email=canary.email, reason=f"550 no {CANARY}")
    assert email_change_confirm(user=canary, email=f"{CANARY}@example.org")
    title = f"The {CANARY} club"
    group = int(conversation_open(user_id=canary.id, kind="group", others=[alice.id, bob.id], title=title)[0]["id"])
    direct = int(conversation_open(user_id=canary.id, kind="direct", others=[alice.id], title="")[0]["id"])
    api = Api(canary)
    for number in range(120):
        say(canary, group, f"{CANARY} says {number}")
    edited = say(canary, direct, f"{CANARY} first")
    message_edit(editor_id=canary.id, conversation_id=direct, seq=edited, text=f"{CANARY} edited")
    gone = say(canary, direct, f"{CANARY} deleted")
    api.delete(f"conversations/{direct}/messages/{gone}")
    api.post("auth/tokens", {"email": canary.email, "password": PASSWORD, "name": f"{CANARY} bot"})
    Api(alice).post(f"conversations/{group}/messages/1/report", {"reason": "spam"})
    theirs = say(alice, group, "Hello all")
    api.post(f"conversations/{group}/messages/{theirs}/report", {"reason": "other", "note": f"says {CANARY}"})
    api.put(f"blocks/{bob.id}", {})
    api.put(f"conversations/{group}/messages/{theirs}/reactions/%F0%9F%91%8D", {})
    Api(bob).put(f"conversations/{group}/messages/{theirs}/reactions/%F0%9F%91%8D", {})
    Api(bob).delete(f"conversations/{group}/participants/{bob.id}")  # keeps the title
    typing_note(conversation_id=direct, user_id=canary.id, name=canary.name)
    _outside_traces(canary, group)
    return group, direct


def _outside_traces(canary: User, group: int) -> None:
    device = device_of(canary)
    device.name = f"{CANARY}'s telephone"
    device.save()
    now = timezone.now()
    NotificationSettings.objects.create(user=canary)
    Suppression.objects.create(email=canary.email, reason=f"550 no {CANARY}")
    Signup.objects.create(email=canary.email, name=CANARY, created_at=now)
    burst = Burst.objects.create(recipient=canary, conversation_id=group, due_at=now)
    Delivery.objects.create(
        recipient=canary, channel="email", key=f"n.{burst.id}.1", address=canary.email, state="dead", due_at=now
    )
    LogEntry.objects.create(recipient=canary, burst=burst, channel="email", verdict="failed", count=1, detail=CANARY)
    operator = user_create(email="ops@example.com", name="Ops", password=PASSWORD, is_superuser=True)
    browser = Client()
    browser.force_login(operator)
    form = {"email": canary.email, "name": canary.name, "timezone": "UTC", "language": "en", "is_active": "on"}
    assert browser.post(f"/admin/accounts/user/{canary.id}/change/", form).status_code == 302
    Client().force_login(canary)


def test_a_worker_that_is_killed_in_the_middle_is_followed_by_another(canary: User, alice: User, crew: Crew) -> None:
    group = int(conversation_open(user_id=canary.id, kind="group", others=[alice.id], title=CANARY)[0]["id"])
    add_talk(group, canary, alice, count=5_000, read=0)
    mine = Message.objects.filter(conversation_id=group, sender=canary)
    count = mine.update(text=f"{CANARY} was here")
    erase(canary)
    worker = crew.worker()
    crew.beat()
    gone = mine.exclude(deleted_at=None)
    wait_until(gone.exists, "some are tombstones", seconds=90)
    crew.kill(worker)
    assert Erasure.objects.get().state == "waiting"
    Erasure.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    crew.worker()
    wait_until(is_done, "another worker has finished it", seconds=180)
    assert gone.count() == count
    assert not Message.objects.filter(text__icontains=CANARY).exists()
    assert Message.objects.filter(conversation_id=group, sender=alice, deleted_at=None).count() == 5_000 - count
    assert Participant.objects.get(conversation_id=group, user=alice).unread == 0
    revs = list(Message.objects.filter(conversation_id=group).values_list("rev", flat=True))
    assert len(set(revs)) == 5_000 and max(revs) == Conversation.objects.get(id=group).rev


def test_who_is_erased_is_out_at_once_and_for_ever(canary: User, alice: User, direct: int) -> None:
    browser, api = Client(), Api(canary)
    browser.force_login(canary)
    erase(canary)
    assert api.get("me").status_code == browser.get("/api/v1/me").status_code == 401
    credentials = {"email": canary.email, "password": PASSWORD}
    assert Client().post("/api/v1/auth/login", credentials, content_type="application/json").status_code == 401
    assert erase_next(budget=5)
    person = User.objects.get(id=canary.id)
    assert (person.name, person.is_active, person.has_usable_password()) == ("Deleted person", False, False)
    assert person.email.endswith("@deleted.invalid") and person.is_erased
    again = user_create(email=canary.email, name="Somebody else", password=PASSWORD)
    assert again.id != canary.id, "the address is free"


def test_a_browser_loses_its_cookie(canary: User) -> None:
    browser = Client()
    browser.force_login(canary)
    answer = browser.post("/api/v1/me/erase", {"password": PASSWORD}, content_type="application/json")
    assert answer.status_code == 202
    assert answer.cookies["sessionid"].value == ""


def test_erasing_takes_the_password(canary: User) -> None:
    api = Api(canary)
    assert_problem(api.post("me/erase", {"password": "no horse at all"}), 401, "invalid_credentials")
    assert_problem(api.post("me/erase", {}), 400, "invalid_parameter", "password")
    assert_problem(api.post("me/erase", {"password": PASSWORD, "sure": True}), 400, "unknown_parameter", "sure")
    assert_problem(Api().post("me/erase", {"password": PASSWORD}), 401, "not_authenticated")
    assert not Erasure.objects.exists() and api.get("me").status_code == 200


def test_the_last_superuser_stays(canary: User, alice: User) -> None:
    make_staff(canary, superuser=True)
    api = Api(canary)
    assert_problem(api.post("me/erase", {"password": PASSWORD}), 409, "last_superuser")
    assert api.get("me").status_code == 200
    make_staff(alice, superuser=True)
    assert api.post("me/erase", {"password": PASSWORD}).status_code == 202
    assert_problem(Api(alice).post("me/erase", {"password": PASSWORD}), 409, "last_superuser")


def test_what_comes_while_it_runs_is_found_by_the_second_pass(canary: User, alice: User) -> None:
    direct = int(conversation_open(user_id=canary.id, kind="direct", others=[alice.id], title="")[0]["id"])
    say(canary, direct, "before")
    erase(canary)
    assert erase_next(budget=5)
    late = say(canary, direct, f"{CANARY} from a request that was under way")
    assert not erase_next(budget=5), "the second pass waits until nothing can be under way"
    Erasure.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    assert erase_next(budget=5)
    assert Erasure.objects.get().state == "done"
    assert Message.objects.get(conversation_id=direct, seq=late).text == ""
    assert AuditEntry.objects.filter(event="erased", subjects__contains=[canary.id]).count() == 1


def erase(person: User) -> None:
    response = Api(person).post("me/erase", {"password": PASSWORD})
    assert (response.status_code, response.content) == (202, b""), response.content


def is_done() -> bool:
    """Moves the end of the first pass into the past, so that the second one begins at once."""
    Erasure.objects.filter(is_second_pass=True, lease_until=None).update(due_at=timezone.now() - timedelta(seconds=1))
    return Erasure.objects.get().state == "done"


def test_nothing_of_an_erased_person_is_found(canary: User, alice: User, bob: User, crew: Crew) -> None:
    group, direct = leave_traces(canary, alice, bob)
    before = hits()
    assert {
        "accounts_user.email",
        "accounts_user.name",
        "accounts_apitoken.name",
        "accounts_signup.email",
        "chat_conversation.title",
        "chat_participant.left_title",
        "chat_message.text",
        "chat_report.text",
        "chat_report.note",
        "django_admin_log.object_repr",
        "notifications_delivery.address",
        "notifications_logentry.detail",
        "notifications_pushsubscription.name",
        "notifications_suppression.email",
        f"hark:typing:{direct}",
    } <= set(before), before
    cursor = Api(alice).get(f"conversations/{group}/messages").json()["cursor"]
    erase(canary)
    crew.worker()
    crew.beat()
    wait_until(is_done, "the person is erased", seconds=120)
    assert hits() == []
    _log_is_whole(group, alice, cursor)
    assert Conversation.objects.get(id=group).owner_id == alice.id


def _log_is_whole(group: int, alice: User, cursor: int) -> None:
    """A reader who comes with their old cursor gets every tombstone, and what is unread is right."""
    api, seen = Api(alice), {}
    while True:
        page = api.get(f"conversations/{group}/messages?after={cursor}&limit=50").json()
        seen.update({message["seq"]: message for message in page["messages"]})
        cursor = page["cursor"]
        if not page["has_more"]:
            break
    assert [message["deleted"] for seq, message in sorted(seen.items()) if seq <= 120] == [True] * 120
    assert {message["sender"]["name"] for seq, message in seen.items() if seq <= 120} == {"Deleted person"}
    [reaction] = seen[121]["reactions"]
    assert len(reaction["users"]) == 1
    c = api.get(f"conversations/{group}").json()
    assert (c["unread"], c["title"], [one["name"] for one in c["participants"]]) == (0, "", ["Alice"])
    revs = list(Message.objects.filter(conversation_id=group).values_list("rev", flat=True))
    assert len(set(revs)) == len(revs) and max(revs) <= Conversation.objects.get(id=group).rev
    assert Participant.objects.get(user=alice, conversation_id=group).waiting_since is None
    assert json.dumps(list(AuditEntry.objects.values_list("event", flat=True))).count('"erased"') == 1
