"""The credential epoch: with another password or a closed account, everything that was signed in is over for good."""

import ast
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from backend.accounts.models import DECIDES_ACCESS, ApiToken, Session, User
from backend.accounts.services import access_end, password_change, token_create, user_create
from backend.notifications.models import PushSubscription
from tests.conftest import PASSWORD, token_of
from tests.support.gauges import gauges
from tests.support.hark import Hark
from tests.support.http import request
from tests.support.owed import device_of
from tests.support.poller import Poller
from tests.support.waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]
NEW = "another horse battery"
NOBODY = "redis://127.0.0.1:1/0"  # no hints: what a process learns, it learns by the sweep


def by_set_password(user: User) -> None:
    user.set_password(NEW)
    user.save()


def by_password_field(user: User) -> None:
    user.set_password(NEW)
    user.save(update_fields=["password"])


def by_service(user: User) -> None:
    password_change(user=user, current=PASSWORD, new=NEW, session_key=None)


def by_command(user: User) -> None:
    from django.contrib.auth.management.commands import changepassword

    command = changepassword.Command()
    command._get_pass = lambda prompt="": NEW  # type: ignore[method-assign]
    call_command(command, user.email)


def by_admin(user: User) -> None:
    operator().post(f"/admin/accounts/user/{user.id}/password/", {"password1": NEW, "password2": NEW})


def without_a_password(user: User) -> None:
    user.set_unusable_password()
    user.save()


def sign_out_everywhere(user: User) -> None:
    access_end(user=user)


def deactivate(user: User) -> None:
    user.is_active = False
    user.save()


def deactivate_in_the_admin(user: User) -> None:
    form = {"email": user.email, "name": user.name, "timezone": "UTC", "language": "en"}
    assert operator().post(f"/admin/accounts/user/{user.id}/change/", form).status_code == 302


def deactivate_and_activate(user: User) -> None:
    deactivate(user)
    user.is_active = True
    user.save(update_fields=["is_active"])


def change_and_change_back(user: User) -> None:
    by_set_password(user)
    user.set_password(PASSWORD)
    user.save()


def same_hash_again(user: User) -> None:
    former = user.password
    by_set_password(user)
    user.password = former
    user.save()


ENDS: list[Callable[[User], None]] = [
    by_set_password,
    by_password_field,
    by_service,
    by_command,
    by_admin,
    without_a_password,
    sign_out_everywhere,
    deactivate,
    deactivate_in_the_admin,
    deactivate_and_activate,
    change_and_change_back,
    same_hash_again,
]


def operator() -> Client:
    client = Client()
    client.force_login(user_create(email="ops@example.com", name="Ops", password=PASSWORD, is_superuser=True))
    return client


@pytest.mark.parametrize("end", ENDS)
def test_nothing_outlives(end: Callable[[User], None], alice: User, bob: User) -> None:
    browser, secret = Client(), token_of(alice)
    browser.force_login(alice)
    rows = [(token.digest, token.credential_epoch) for token in alice.tokens.all()]
    sessions = list(alice.sessions.values())
    device_of(alice)
    others, theirs = token_of(bob), device_of(bob, "https://push.example/bob")
    end(alice)
    assert not alice.tokens.exists() and not alice.sessions.exists()
    assert list(PushSubscription.objects.all()) == [theirs]
    assert me(others) == 200
    # Also where a row comes back: from a backup, or written by a request that was on its way.
    for digest, epoch in rows:
        ApiToken.objects.create(
            user=alice, name="x", digest=digest, credential_epoch=epoch, expires_at="2100-01-01T00:00:00Z"
        )
    Session.objects.bulk_create(Session(**row) for row in sessions)
    assert me(secret) == 401
    assert browser.get("/api/v1/me").status_code == 401


def me(secret: str) -> int:
    return Client().get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"}).status_code


@pytest.mark.parametrize("fields", [None, ["name"], ["password"], ["is_active", "name"]])
def test_what_changes_nothing_of_it_ends_nothing(fields: list[str] | None, alice: User) -> None:
    secret = token_of(alice)
    alice.name = "Alicia"
    alice.save(update_fields=fields)
    assert me(secret) == 200
    alice.refresh_from_db()
    assert alice.credential_epoch == 0


def test_an_object_from_before_does_not_bring_the_former_epoch_back(alice: User) -> None:
    stale = User.objects.get(id=alice.id)
    secret = token_of(alice)
    access_end(user=alice)
    stale.name = "Alicia"
    stale.save()
    alice.refresh_from_db()
    assert (alice.name, alice.credential_epoch) == ("Alicia", 1)
    assert me(secret) == 401


def test_a_token_of_a_request_that_was_let_in_before_is_dead(alice: User) -> None:
    before = User.objects.get(id=alice.id)
    access_end(user=alice)
    assert me(token_create(user=before, name="late")[1]) == 401
    assert me(token_create(user=alice, name="new")[1]) == 200


def test_the_session_that_is_kept_goes_on_with_its_pushes(alice: User) -> None:
    kept, other = Client(), Client()
    for browser in (kept, other):
        browser.force_login(alice)
    key = kept.cookies["sessionid"].value
    mine, without = device_of(alice), device_of(alice, "https://push.example/2")
    PushSubscription.objects.filter(id=mine.id).update(session_id=key)
    password_change(user=alice, current=PASSWORD, new=NEW, session_key=key)
    assert (kept.get("/api/v1/me").status_code, other.get("/api/v1/me").status_code) == (200, 401)
    assert list(PushSubscription.objects.all()) == [mine], without


def test_the_session_of_somebody_else_is_not_kept(alice: User, bob: User) -> None:
    browser = Client()
    browser.force_login(bob)
    key = browser.cookies["sessionid"].value
    before = Session.objects.get(pk=key).session_data
    password_change(user=alice, current=PASSWORD, new=NEW, session_key=key)
    assert Session.objects.get(pk=key).session_data == before


def test_sessions_from_before_there_was_an_epoch_go_on(alice: User) -> None:
    from django.contrib.auth import BACKEND_SESSION_KEY

    browser = Client()
    browser.force_login(alice)
    session = browser.session
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session.save()
    assert browser.get("/api/v1/me").status_code == 200


def test_an_end_that_is_rolled_back_has_ended_nothing(alice: User) -> None:
    secret = token_of(alice)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        access_end(user=alice)
        raise ZeroDivisionError
    assert me(secret) == 200


@pytest.mark.parametrize("field", sorted(DECIDES_ACCESS))
def test_no_queryset_changes_what_decides_on_access(field: str, alice: User) -> None:
    with pytest.raises(TypeError):
        User.objects.filter(id=alice.id).update(**{field: 1})
    with pytest.raises(TypeError):
        User.objects.bulk_update([alice], [field])


def test_no_sql_of_ours_changes_it_either() -> None:
    for file in [*ROOT.glob("backend/**/*.py"), *ROOT.glob("worker/**/*.py")]:
        if "migrations" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert "UPDATE accounts_user" not in node.value, file
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "_update":
                raise AssertionError(f"{file} goes round QuerySet.update")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("end", [by_set_password, sign_out_everywhere, deactivate_and_activate])
def test_a_held_poll_ends_in_every_process(
    end: Callable[[User], None], hark: Hark, other: Hark, alice: User, direct: int
) -> None:
    hark.start("web", REDIS_URL=NOBODY)
    other.start("web", REDIS_URL=NOBODY)
    secret = token_of(alice)
    staff = token_of(user_create(email="ops@example.com", name="Ops", password=PASSWORD, is_staff=True))
    pollers = [Poller(hark.port, secret), Poller(other.port, secret)]
    for poller in pollers:
        poller.settle()
    with ThreadPoolExecutor(2) as pool:
        held = [pool.submit(poller.poll, wait=25) for poller in pollers]
        wait_until(
            lambda: all(gauges(web.port, staff)["hark_gate_held"] == 1 for web in (hark, other)), "both polls are held"
        )
        end(alice)
        assert [poll.result(60).status for poll in held] == [401, 401]
    for server in (hark, other):
        assert request(server.port, "GET", "/api/v1/me", token=secret).status == 401
