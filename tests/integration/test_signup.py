"""Asking for an account, and the link that makes it."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from backend.accounts.models import Signup, User
from backend.accounts.services import signup_token
from tests.conftest import PASSWORD, Api
from tests.problems import assert_problem

ERIN = {"email": "Erin@Example.com", "name": " Erin  E. ", "password": PASSWORD}
WEAK = {
    "short": "x7!kq",
    "common": "password1234",
    "like the address": "erin@example.com",
    "like the name": "Erin Ericson",
}


@pytest.fixture(autouse=True)
def open_signup(settings: Any) -> None:
    settings.HARK_SIGNUP = "open"


def ask(**change: str) -> Any:
    return Api().post("auth/signup", ERIN | change)


def link(signup: Signup) -> str:
    return f"/signup/confirm/{signup_token(signup)}"


def test_a_request_makes_no_account_yet(db: None) -> None:
    response = ask()
    assert (response.status_code, response.content) == (202, b"")
    signup = Signup.objects.get()
    assert (signup.email, signup.mailed_at) == ("erin@example.com", None)
    assert PASSWORD not in signup.password
    assert not User.objects.exists()


def test_a_known_address_gets_the_same_answer(alice: User) -> None:
    unknown, known = ask(), ask(email=alice.email)
    assert (unknown.status_code, unknown.content) == (known.status_code, known.content)
    assert dict(unknown.headers) == dict(known.headers)


def test_opening_the_link_changes_nothing_and_pressing_the_button_makes_the_account(db: None) -> None:
    ask()
    address = link(Signup.objects.get())
    browser = Client(enforce_csrf_checks=True)
    for _ in range(2):
        page = browser.get(address)
        assert page.status_code == 200
        assert "erin@example.com" in page.content.decode()
    assert not User.objects.exists()
    assert browser.post(address).status_code == 403, "without the form's token"
    done = browser.post(address, {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value})
    assert (done.status_code, "Your account is ready" in done.content.decode()) == (200, True)
    user = User.objects.get()
    assert (user.email, user.name, user.is_staff) == ("erin@example.com", "Erin E.", False)
    assert Api().post("auth/login", {"email": user.email, "password": PASSWORD}).status_code == 200
    assert browser.get(address).status_code == 404, "it works once"


@pytest.mark.parametrize(
    ("asked", "language", "title"),
    [
        ("es-MX,es;q=0.9", "es", "Crear mi cuenta"),
        ("ar", "ar", "أنشئ حسابي"),
        ("de, en;q=0.5", "en", "Make my account"),
        ("x" * 5000, "en", "Make my account"),
    ],
)
def test_it_goes_on_in_the_language_of_the_browser(db: None, asked: str, language: str, title: str) -> None:
    assert Api().request("POST", "auth/signup", ERIN, **{"Accept-Language": asked}).status_code == 202
    signup = Signup.objects.get()
    assert signup.language == language
    browser = Client(enforce_csrf_checks=True)
    page = browser.get(link(signup), headers={"Accept-Language": "en"}).content.decode()
    assert title in page and f'<html lang="{language}"' in page
    browser.post(link(signup), {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value})
    assert User.objects.get().language == language


def test_a_link_is_dead_when_it_is_old_made_up_or_replaced(db: None) -> None:
    ask()
    first = Signup.objects.get()
    address = link(first)
    ask(name="Erin again")
    assert Client().get(address).status_code == 404, "replaced by a second request"
    second = Signup.objects.get()
    assert Client().get(link(second)).status_code == 200
    for token in ("x", signup_token(second)[:-1], signup_token(second) + "x", "a:b:c"):
        page = Client().get(f"/signup/confirm/{token}")
        assert (page.status_code, "not good any more" in page.content.decode()) == (404, True)
        assert Client().post(f"/signup/confirm/{token}").status_code == 404
    assert not User.objects.exists()


def test_a_link_lasts_two_days(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    ask()
    address = link(Signup.objects.get())
    later = timezone.now() + timedelta(days=2, seconds=5)
    monkeypatch.setattr("django.core.signing.time.time", later.timestamp)
    assert Client().get(address).status_code == 404


def test_who_has_an_account_by_now_is_told_so(db: None) -> None:
    ask()
    address = link(Signup.objects.get())
    call_command("adduser", "erin@example.com", name="Erin", password=PASSWORD, stdout=StringIO())
    page = Client().post(address)
    assert (page.status_code, "You have an account already" in page.content.decode()) == (200, True)
    assert User.objects.count() == 1


def test_a_closed_server_takes_no_requests(settings: Any, db: None) -> None:
    settings.HARK_SIGNUP = "closed"
    assert_problem(ask(), 403, "signup_closed")
    assert not Signup.objects.exists()


@pytest.mark.parametrize("password", WEAK.values(), ids=WEAK)
def test_it_refuses_a_password_that_is(password: str, db: None) -> None:
    assert_problem(ask(password=password, name="Erin Ericson"), 400, "invalid_parameter", "password")
    with pytest.raises(CommandError, match="^password: "):
        call_command("adduser", "erin@example.com", name="Erin Ericson", password=password)
    assert not Signup.objects.exists() and not User.objects.exists()


def test_one_address_is_mailed_three_times_an_hour_at_most(db: None) -> None:
    assert [ask().status_code for _ in range(4)] == [202, 202, 202, 429]
    response = ask()
    assert_problem(response, 429, "too_many_attempts")
    assert int(response["Retry-After"]) <= 3600
    assert ask(email="frank@example.com").status_code == 202


@pytest.mark.parametrize(
    ("extra", "token", "rights"),
    [
        ([], False, (False, False)),
        (["--token", "--staff"], True, (True, False)),
        (["--superuser"], False, (True, True)),
    ],
)
def test_adduser_prints_one_line_of_json(extra: list[str], token: bool, rights: tuple[bool, bool], db: None) -> None:
    out = StringIO()
    call_command("adduser", "Erin@Example.com", "--name", "Erin", "--password", PASSWORD, *extra, stdout=out)
    (line,) = out.getvalue().splitlines()
    made = json.loads(line)
    user = User.objects.get()
    assert made == {"id": user.id, "email": "erin@example.com", "token": made["token"]}
    assert (user.is_staff, user.is_superuser, made["token"] is not None) == (*rights, token)
    if token:
        answer = Client().get("/api/v1/me", headers={"Authorization": f"Bearer {made['token']}"})
        assert answer.json()["id"] == user.id


@pytest.mark.parametrize(
    ("email", "name", "parameter"),
    [("ALICE@example.com", "Alice", "email"), ("no address", "Erin", "email"), ("erin@example.com", " ", "name")],
)
def test_adduser_refuses(email: str, name: str, parameter: str, alice: User) -> None:
    with pytest.raises(CommandError, match=f"^{parameter}: "):
        call_command("adduser", email, name=name, password=PASSWORD)
    assert User.objects.count() == 1
