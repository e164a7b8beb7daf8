"""A new password and another address, for who is signed in; a forgotten password, for everybody."""

from typing import Any

import pytest
from django.utils import timezone

from backend.accounts.models import FORMER_KEY_LIFE, AccountMail, Session, User
from backend.accounts.services import token_create
from backend.accounts.sessions import SessionStore
from backend.notifications.models import PushSubscription
from tests.conftest import PASSWORD
from tests.contract.clients import Api, Browser, ask
from tests.parallel import in_parallel
from tests.problems import assert_problem
from tests.support.authenticator import Authenticator
from tests.support.owed import device_of

NEW = "another horse battery"
CHANGE = {"current": PASSWORD, "new": NEW}


def signed_in(user: User, password: str = PASSWORD) -> Browser:
    browser = Browser.at_the_page()
    body = {"email": user.email, "password": password}
    assert browser.send("POST", "/api/v1/auth/login", body).status_code == 200
    return browser


def change(browser: Browser, **fields: Any) -> Any:
    return browser.send("PUT", "/api/v1/auth/password", CHANGE | fields)


def test_a_new_password_ends_all_but_this_session(alice: User, bob: User) -> None:
    here, there, his = signed_in(alice), signed_in(alice), signed_in(bob)
    secret = token_create(user=alice, name="a bot")[1]
    device_of(alice)
    former = here.cookies["sessionid"]
    assert change(here).status_code == 204
    assert here.get("/api/v1/me").json()["id"] == alice.id
    assert here.cookies["sessionid"] != former
    thief = Browser()
    thief.cookies["sessionid"] = former
    assert thief.get("/api/v1/me").status_code == 200, "this browser may not know of the new key yet"
    assert "sessionid" not in thief.get("/api/v1/me").cookies
    kept = Session.objects.get(pk=former)
    assert kept.expire_date <= timezone.now() + FORMER_KEY_LIFE
    Session.objects.filter(pk=former).update(expire_date=timezone.now())
    for browser in (there, thief):
        assert_problem(browser.get("/api/v1/me"), 401, "not_authenticated")
    assert_problem(Browser().get("/api/v1/me", Authorization=f"Bearer {secret}"), 401, "token_invalid")
    assert not alice.push_subscriptions.exists()
    assert his.get("/api/v1/me").status_code == 200
    assert [session["current"] for session in here.get("/api/v1/auth/sessions").json()["sessions"]] == [True]
    assert signed_in(alice, NEW).get("/api/v1/me").status_code == 200
    told = AccountMail.objects.get()
    assert (told.kind, told.user, told.email) == ("password_changed", alice, alice.email)


def test_this_browser_goes_on_getting_pushes_and_its_polls_are_not_refused(alice: User) -> None:
    here, there = signed_in(alice), signed_in(alice)
    former = here.cookies["sessionid"]
    mine, other = device_of(alice), device_of(alice, "https://push.example/2")
    for device, browser in ((mine, here), (other, there)):
        PushSubscription.objects.filter(id=device.id).update(session_id=browser.cookies["sessionid"])
    late = Browser()
    late.cookies["sessionid"] = former
    assert change(here).status_code == 204
    assert late.get("/api/v1/sync?wait=0").status_code == 200, "asked before, or by another tab"
    kept = PushSubscription.objects.get()
    assert (kept.id, kept.session_id) == (mine.id, here.cookies["sessionid"])
    Session.objects.filter(expire_date__lt=timezone.now() + FORMER_KEY_LIFE).delete()
    assert PushSubscription.objects.exists() and here.get("/api/v1/me").status_code == 200


def test_a_former_key_ends_whatever_is_done_with_it(alice: User) -> None:
    here = signed_in(alice)
    former = here.cookies["sessionid"]
    assert change(here).status_code == 204
    end = Session.objects.get(pk=former).expire_date
    store = SessionStore(former)
    store["shared"] = True
    store.save()
    assert Session.objects.get(pk=former).expire_date == end and not Session.objects.get(pk=former).is_shared


def test_the_session_that_goes_on_keeps_what_it_is(alice: User) -> None:
    browser = Browser.at_the_page()
    body = {"email": alice.email, "password": PASSWORD, "shared": True}
    browser.send("POST", "/api/v1/auth/login", body, **{"User-Agent": "Firefox/1 Linux"})
    (before,) = browser.get("/api/v1/auth/sessions").json()["sessions"]
    assert change(browser).status_code == 204
    (after,) = browser.get("/api/v1/auth/sessions").json()["sessions"]
    assert {name: after[name] for name in ("device", "shared")} == {"device": "Firefox on Linux", "shared": True}
    assert after["created_at"][:19] == before["created_at"][:19]


def test_a_token_may_change_it_too_and_ends_with_it(alice: User) -> None:
    api = Api(alice)
    assert api.put("auth/password", CHANGE).status_code == 204
    assert_problem(api.get("me"), 401, "token_invalid")


@pytest.mark.parametrize(
    ("fields", "status", "code", "parameter"),
    [
        ({"current": "wrong"}, 401, "invalid_credentials", None),
        ({"new": "short"}, 400, "invalid_parameter", "new"),
        ({"new": "alice@example.com"}, 400, "invalid_parameter", "new"),
        ({"new": "x" * 1025}, 400, "invalid_parameter", "new"),
        ({"new": None}, 400, "invalid_parameter", "new"),
        ({"current": 5}, 400, "invalid_parameter", "current"),
    ],
)
def test_what_it_refuses_changes_nothing(
    fields: dict[str, Any], status: int, code: str, parameter: str | None, alice: User
) -> None:
    here, there = signed_in(alice), signed_in(alice)
    assert_problem(change(here, **fields), status, code, parameter)
    assert here.get("/api/v1/me").status_code == there.get("/api/v1/me").status_code == 200
    assert not AccountMail.objects.exists()


def test_guesses_of_who_took_a_session_are_counted(alice: User) -> None:
    browser = signed_in(alice)
    answers = [change(browser, current=f"wrong {number}").status_code for number in range(11)]
    assert answers == [401] * 10 + [429]
    assert_problem(change(browser), 429, "too_many_attempts")


# --- another address


def move(user: User, email: Any, password: str = PASSWORD) -> Any:
    return Api(user).post("auth/email", {"email": email, "password": password})


def test_another_address_is_mailed_and_the_present_one_told(alice: User) -> None:
    assert move(alice, "Alice@New.example").status_code == 202
    alice.refresh_from_db()
    assert alice.email == "alice@example.com"
    assert set(AccountMail.objects.values_list("kind", "email")) == {
        ("email_confirm", "alice@new.example"),
        ("email_asked", "alice@example.com"),
    }


def test_a_taken_address_gets_the_same_answer(alice: User, bob: User) -> None:
    free, taken = move(alice, "free@example.com"), move(alice, bob.email.upper())
    assert (free.status_code, free.content) == (taken.status_code, taken.content) == (202, b"")
    assert set(dict(free.headers)) == set(dict(taken.headers))


@pytest.mark.parametrize(
    ("email", "password", "status", "code", "parameter"),
    [
        ("new@example.com", "wrong", 401, "invalid_credentials", None),
        ("ALICE@example.com", PASSWORD, 400, "invalid_parameter", "email"),
        ("no address", PASSWORD, 400, "invalid_parameter", "email"),
        (5, PASSWORD, 400, "invalid_parameter", "email"),
        (f"{'x' * 250}@example.com", PASSWORD, 400, "invalid_parameter", "email"),
        ("a@b.example\r\nBcc: eve@example.com", PASSWORD, 400, "invalid_parameter", "email"),
    ],
)
def test_it_refuses_as_an_address(
    email: Any, password: str, status: int, code: str, parameter: str | None, alice: User
) -> None:
    assert_problem(move(alice, email, password), status, code, parameter)
    assert not AccountMail.objects.exists()


def test_nobody_floods_mailboxes_with_requests_for_another_address(alice: User, bob: User, carol: User) -> None:
    assert [move(alice, f"new{number}@example.com").status_code for number in range(6)] == [202] * 5 + [429]
    for person in (bob, carol):
        assert [move(person, "victim@example.com").status_code for _ in range(3)] == [202] * 3
    assert AccountMail.objects.filter(email="victim@example.com").count() == 3


# --- a forgotten password


def forgot(email: Any, ip: str = "10.1.1.1") -> Any:
    return ask("POST", "/api/v1/auth/password/forgot", {"email": email}, **{"X-Forwarded-For": ip})


def test_the_answer_is_the_same_for_every_address(alice: User) -> None:
    known, unknown = forgot("Alice@example.com"), forgot("nobody@example.com")
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content) == (202, b"")
    assert set(dict(known.headers)) == set(dict(unknown.headers))
    rows = AccountMail.objects.values_list("kind", "email", "user")
    assert set(rows) == {
        ("password_reset", "alice@example.com", None),
        ("password_reset", "nobody@example.com", None),
    }


@pytest.mark.parametrize("address", ["alice@example.com", "nobody@example.com"])
def test_one_address_is_mailed_three_times_an_hour_and_the_answer_stays(address: str, alice: User) -> None:
    assert [forgot(address, f"10.0.0.{number}").status_code for number in range(6)] == [202] * 6
    assert AccountMail.objects.count() == 3


def test_another_spelling_is_no_other_mailbox(alice: User) -> None:
    spellings = ("alice@ｅxample.com", "alice@exam\u00adple.com", '"alice"@example.com', alice.email)
    for number, spelled in enumerate(spellings):
        assert forgot(spelled, f"10.0.0.{number}").status_code == 202
    assert list(AccountMail.objects.values_list("email", flat=True)) == [alice.email] * 3
    body = {"email": "Alice@example.ｃom", "password": PASSWORD}
    assert ask("POST", "/api/v1/auth/tokens", body | {"name": "a bot"}).status_code == 201


def test_requests_for_another_address_do_not_keep_a_forgotten_password_from_its_owner(alice: User, bob: User) -> None:
    assert [move(bob, alice.email).status_code for _ in range(4)] == [202] * 4
    assert forgot(alice.email).status_code == 202
    kinds = list(AccountMail.objects.filter(email=alice.email).values_list("kind", flat=True))
    assert sorted(kinds) == ["email_confirm"] * 3 + ["password_reset"]


def test_many_at_the_same_time_cause_no_more_mails(alice: User) -> None:
    answers = in_parallel(8, lambda number: forgot(alice.email, f"10.0.0.{number}").status_code)
    assert answers == [202] * 8
    assert AccountMail.objects.count() == 3


def test_one_computer_asks_twenty_times_an_hour(db: None) -> None:
    answers = [forgot(f"p{number}@example.com") for number in range(21)]
    assert [answer.status_code for answer in answers] == [202] * 20 + [429]
    assert_problem(answers[-1], 429, "too_many_attempts")


@pytest.mark.parametrize(
    "email", ["no address", 5, None, "", "a\0b@example.com", f"{'x' * 250}@example.com", "ı@x.com", "=?q?=@x.com"]
)
def test_a_forgotten_password_needs_an_address(email: Any, db: None) -> None:
    assert_problem(forgot(email), 400, "invalid_parameter", "email")
    assert not AccountMail.objects.exists()


def test_a_second_factor_stays_through_a_change(alice: User) -> None:
    app, browser = Authenticator(alice, PASSWORD), Browser.at_the_page()
    body = {"email": alice.email, "password": PASSWORD, "code": app.code()}
    assert browser.send("POST", "/api/v1/auth/login", body).status_code == 200
    assert change(browser).status_code == 204
    assert browser.get("/api/v1/auth/second-factor").json()["enabled"]
