"""Signing in and out, and guessing passwords."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from backend.accounts.models import Session, User
from tests.conftest import PASSWORD
from tests.contract.clients import Browser, ask
from tests.parallel import in_parallel
from tests.problems import assert_problem

DAY = timedelta(days=1)
ME = {"id", "email", "name", "timezone", "language", "is_staff", "findable"}


def guess(path: str, email: str, password: str, ip: str = "10.1.1.1") -> Any:
    """The answer to one who says that, in a new browser or as an API consumer, from behind a proxy."""
    body, headers = {"email": email, "password": password}, {"X-Forwarded-For": ip}
    if path == "auth/tokens":
        return ask("POST", f"/api/v1/{path}", body | {"name": "a bot"}, **headers)
    return Browser.at_the_page().send("POST", f"/api/v1/{path}", body, **headers)


def sign_in(browser: Browser, email: str, password: str, **more: Any) -> Any:
    return browser.send("POST", "/api/v1/auth/login", {"email": email, "password": password, **more})


def test_signing_in_opens_a_session_and_answers_me(alice: User) -> None:
    browser = Browser.at_the_page()
    response = sign_in(browser, "Alice@Example.com", PASSWORD)
    assert response.status_code == 200
    assert set(response.json()) == ME
    assert response.json()["id"] == alice.id
    assert browser.get("/api/v1/me").json() == response.json()
    cookie = response.cookies["sessionid"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"


def test_a_session_outlives_the_browser_unless_the_computer_is_shared(alice: User) -> None:
    browser = Browser.at_the_page()
    for given, lasts in [({}, 30 * DAY), ({"shared": True}, DAY / 2), ({"shared": False}, 30 * DAY)]:
        before = timezone.now()
        cookie = sign_in(browser, alice.email, PASSWORD, **given).cookies["sessionid"]
        is_kept = bool(cookie["max-age"] or cookie["expires"])
        assert is_kept == (lasts > DAY)
        session = Session.objects.get(session_key=cookie.value)
        assert lasts <= session.expire_date - before < lasts + timedelta(minutes=5)
        assert browser.get("/api/v1/me").status_code == 200


def test_a_session_of_a_shared_computer_ends_by_itself(alice: User) -> None:
    browser = Browser.at_the_page()
    sign_in(browser, alice.email, PASSWORD, shared=True)
    Session.objects.update(expire_date=timezone.now())
    assert_problem(browser.get("/api/v1/me"), 401, "not_authenticated")


def test_signing_out_ends_the_session(alice: User) -> None:
    browser = Browser.at_the_page()
    sign_in(browser, alice.email, PASSWORD)
    session = browser.cookies["sessionid"]
    assert browser.send("POST", "/api/v1/auth/logout", {}).status_code == 204
    assert_problem(browser.get("/api/v1/me"), 401, "not_authenticated")
    browser.cookies["sessionid"] = session
    assert_problem(browser.get("/api/v1/me"), 401, "not_authenticated")


def test_a_session_that_ended_elsewhere_takes_no_cookie_from_the_browser(alice: User) -> None:
    """The browser may have signed in again meanwhile: this would be a late answer to a request of before."""
    browser = Browser(alice)
    alice.end_access()
    response = browser.get("/api/v1/me")
    assert_problem(response, 401, "not_authenticated")
    assert "sessionid" not in response.cookies


def test_signing_in_needs_the_csrf_token_of_the_page(alice: User) -> None:
    body = {"email": alice.email, "password": PASSWORD}
    for browser in (Browser(), Browser.at_the_page()):
        response = browser.request("POST", "/api/v1/auth/login", body)
        assert_problem(response, 403, "csrf_failed")
        assert "sessionid" not in response.cookies


@pytest.mark.parametrize("path", ["auth/login", "auth/tokens"])
@pytest.mark.parametrize(
    ("email", "password"),
    [("alice@example.com", "wrong"), ("nobody@example.com", PASSWORD)],
)
def test_wrong_credentials_are_told_apart_by_nothing(path: str, email: str, password: str, alice: User) -> None:
    response = guess(path, email, password)
    assert_problem(response, 401, "invalid_credentials")
    assert "WWW-Authenticate" in response
    assert response.json()["detail"] == "The address or the password is wrong."


@pytest.mark.parametrize("path", ["auth/login", "auth/tokens"])
def test_what_is_no_address_is_said_to_be_none(path: str, db: None) -> None:
    for email in ("no address", "\u0131@x.com"):
        assert_problem(guess(path, email, PASSWORD), 400, "invalid_parameter", "email")


def test_the_password_has_to_be_right_to_the_last_blank(alice: User) -> None:
    assert_problem(sign_in(Browser.at_the_page(), alice.email, f" {PASSWORD} "), 401, "invalid_credentials")


@pytest.mark.parametrize("path", ["auth/login", "auth/tokens"])
def test_twenty_wrong_passwords_are_too_many(path: str, alice: User, bob: User) -> None:
    answers = [guess(path, alice.email, f"wrong {number}") for number in range(20)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429] * 10
    assert_problem(answers[-1], 429, "too_many_attempts")
    assert 1 <= int(answers[-1]["Retry-After"]) <= 15 * 60
    assert_problem(guess(path, "ALICE@example.com", PASSWORD), 429, "too_many_attempts")
    assert guess(path, alice.email, PASSWORD, ip="10.2.2.2").status_code < 300
    assert guess(path, bob.email, PASSWORD).status_code < 300


def test_a_right_password_costs_no_try(alice: User) -> None:
    for _ in range(12):
        assert sign_in(Browser.at_the_page(), alice.email, PASSWORD).status_code == 200


def test_one_computer_guesses_at_so_many_people_and_no_more(db: None) -> None:
    answers = [guess("auth/login", f"p{number}@example.com", "x") for number in range(101)]
    assert [answer.status_code for answer in answers] == [401] * 100 + [429]


def test_guesses_at_the_same_time_are_counted_one_by_one(alice: User) -> None:
    answers = in_parallel(24, lambda number: guess("auth/tokens", alice.email, f"wrong {number}").status_code)
    # A guess that found no place at the gate of the hashes was not looked at, and costs no try.
    assert set(answers) == {401, 429} and answers.count(401) <= 10
    answers += [guess("auth/tokens", alice.email, f"wrong again {number}").status_code for number in range(12)]
    assert answers.count(401) == 10 and answers[-1] == 429
