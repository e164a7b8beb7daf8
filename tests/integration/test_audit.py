"""The audit log: what is noted, that it stays, and that nobody can fill it."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from backend.accounts.audit import AuditEntry, Event, audit_note, audit_purge, once_in
from backend.accounts.models import User
from backend.accounts.services import access_end, user_create
from backend.privacy.services import settings as settings_service
from tests.conftest import PASSWORD, Api, make_staff

WRONG = "no horse at all"


def events(user: User | None = None) -> list[str]:
    rows = AuditEntry.objects.order_by("id")
    return list((rows.filter(subjects__contains=[user.id]) if user else rows).values_list("event", flat=True))


def sign_in(email: str, password: str) -> Any:
    body = {"email": email, "password": password}
    return Client().post("/api/v1/auth/login", body, content_type="application/json")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_auditentry SET event = 'x'",
        "UPDATE accounts_auditentry SET detail = '{}' WHERE id > 0",
        "DELETE FROM accounts_auditentry",
        "TRUNCATE accounts_auditentry",
        "TRUNCATE accounts_auditentry CASCADE",
    ],
)
def test_postgresql_refuses_to_change_or_delete_an_entry(statement: str, alice: User) -> None:
    audit_note("sign_in", actor=alice, subject=alice)
    before = list(AuditEntry.objects.order_by("id").values())
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    entry = AuditEntry.objects.latest("id")
    entry.event = "x"
    for change in (entry.save, entry.delete, AuditEntry.objects.all().delete):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
    assert list(AuditEntry.objects.order_by("id").values()) == before


def test_an_entry_is_there_only_with_the_change_that_it_notes(alice: User) -> None:
    before = events()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        audit_note("sign_in", actor=alice, subject=alice)
        raise ZeroDivisionError
    assert events() == before


def test_an_event_that_is_unknown_is_a_fault_of_ours(alice: User) -> None:
    with pytest.raises(ValueError, match="nonsense"):
        audit_note("nonsense", actor=None, subject=alice)


def test_only_entries_that_are_too_old_are_purged_and_that_is_noted(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = timezone.now() - timedelta(days=100)
    monkeypatch.setattr("backend.accounts.audit.PURGE_BATCH", 3)
    for number in range(7):  # in three batches; some are of one moment
        AuditEntry.objects.create(event="sign_in", subjects=[alice.id], at=old + timedelta(hours=number // 4))
    kept = len(events()) - 7
    assert audit_purge(older_than=timedelta(days=90)) == 7
    assert audit_purge(older_than=timedelta(days=90)) == 0
    assert len(events()) == kept + 1 and events()[-1] == "audit_purged"
    assert AuditEntry.objects.latest("id").detail == {"count": 7}
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.all().delete()


def test_what_a_person_does_to_their_account_is_noted(alice: User) -> None:
    assert sign_in(alice.email, PASSWORD).status_code == 200
    token = Api().post("auth/tokens", {"email": alice.email, "password": PASSWORD, "name": "a bot"}).json()
    Api(alice).delete(f"auth/tokens/{token['id']}")
    access_end(user=alice)
    alice.set_password("another horse battery")
    alice.save()
    expected = ["sign_in", "token_created", "token_created", "token_revoked"]
    assert events(alice) == [*expected, "signed_out_everywhere", "password_changed"]
    text = str(list(AuditEntry.objects.values()))
    for secret in (PASSWORD, token["token"], alice.email, alice.name, "a bot"):
        assert secret not in text


def test_sign_ins_that_are_refused_are_noted_once_an_hour(alice: User, bob: User) -> None:
    for _ in range(3):
        sign_in(alice.email, WRONG)
    for number in range(3):
        sign_in(f"nobody{number}@example.com", WRONG)
    assert events(alice) == ["sign_in_refused"]
    assert events(bob) == []
    assert events() == ["sign_in_refused"] * 2
    statuses = {sign_in(alice.email, WRONG).status_code for _ in range(9)}
    assert statuses == {401, 429}
    assert events(alice) == ["sign_in_refused", "sign_in_limited"]


def test_signing_in_again_and_again_fills_nothing(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    noon = timezone.now().replace(hour=12, minute=0, second=5)
    monkeypatch.setattr("backend.accounts.audit.timezone.now", lambda: noon)
    for _ in range(5):
        assert sign_in(alice.email, PASSWORD).status_code == 200
    assert events(alice) == ["sign_in"]
    assert once_in(60, "a", 1) != once_in(60, "a", 2) != once_in(3600, "a", 2)


def test_one_reads_what_is_about_oneself_page_by_page(alice: User, bob: User) -> None:
    for number in range(5):
        audit_note("token_created", actor=bob, subject=alice, detail={"token": number})
    audit_note("token_created", actor=alice, subject=bob)
    api, seen, before = Api(alice), [], None
    while True:
        page = api.get(f"me/audit?limit=2{f'&before={before}' if before else ''}").json()
        seen += page["entries"]
        before = page["next"]
        if before is None:
            break
    assert [entry["detail"].get("token") for entry in seen][1:] == [4, 3, 2, 1, 0]
    assert set(seen[0]) == {"id", "at", "event", "actor", "detail"}
    assert seen[1]["actor"] == {"id": bob.id, "name": "Bob"}
    for query in ("limit=0", "limit=201", "before=0", "before=x", "after=1"):
        assert api.get(f"me/audit?{query}").status_code == 400
    assert Api().get("me/audit").status_code == 401


def test_settings_that_changed_are_noted_by_their_names(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def start() -> None:
        monkeypatch.setattr(settings_service, "_noted", False)
        settings_service.settings_note()
        settings_service.settings_note()

    monkeypatch.setenv("HARK_SIGNUP", "closed")
    start()
    start()
    monkeypatch.setenv("HARK_SIGNUP", "open")
    monkeypatch.setenv("SECRET_KEY", "a very secret key that is not in the log")
    start()
    entries = AuditEntry.objects.filter(event=Event.SETTINGS_CHANGED).order_by("id")
    assert [entry.detail["changed"] for entry in entries] == [[], ["HARK_SIGNUP", "SECRET_KEY"]]
    monkeypatch.setenv("HARK_VAR", "/another/host/keeps/it/here")
    start()
    assert entries.count() == 2
    assert "secret key" not in str(list(entries.values()))
    monkeypatch.delenv("HARK_SIGNUP")
    start()
    assert AuditEntry.objects.latest("id").detail["changed"] == ["HARK_SIGNUP"]


def test_a_change_of_rights_by_save_is_noted(alice: User) -> None:
    alice.is_staff = True
    alice.save()
    alice.save()
    boss = user_create(email="boss@example.com", name="Boss", password=PASSWORD, is_superuser=True)
    assert [entry.detail for entry in AuditEntry.objects.filter(event="roles_changed").order_by("id")] == [
        {"is_staff": True},
        {"is_staff": True, "is_superuser": True},
    ]
    assert events(boss) == ["roles_changed"]


def test_who_changes_their_own_account_is_the_actor(alice: User) -> None:
    assert Api(alice).put("auth/password", {"current": PASSWORD, "new": "another horse battery"}).status_code == 204
    alice.refresh_from_db()
    body = {"password": "another horse battery"}
    assert Api(alice).post("me/erase", body).status_code == 202
    found = AuditEntry.objects.filter(event__in=["password_changed", "roles_changed"]).order_by("id")
    assert [(entry.event, entry.actor) for entry in found] == [
        ("password_changed", alice.id),
        ("roles_changed", alice.id),
    ]


def test_a_role_that_is_deleted_and_an_account_that_is_deleted_lose_what_they_allow(alice: User, bob: User) -> None:
    role = Group.objects.create(name="Helpers")
    for user in (alice, bob):
        user.groups.add(role)
    make_staff(bob)
    before = AuditEntry.objects.latest("id").id
    bob_id = bob.id
    bob.delete()
    role.delete()
    found = AuditEntry.objects.filter(id__gt=before).order_by("id").values_list("event", "subjects", "detail")
    lost = {"groups": "removed", "names": ["Helpers"]}
    assert list(found) == [
        ("roles_changed", [bob_id], {"is_active": False, "is_staff": False, **lost}),
        ("roles_changed", [alice.id], lost),
        ("group_changed", [], {"group": "Helpers", "permissions": "cleared", "ids": []}),
    ]
