"""Asking for an account, and the link that makes it."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from backend.accounts.devices import DEVICE_COOKIE, device_of
from backend.accounts.models import Signup, User
from backend.accounts.passwords import HashGate
from backend.accounts.services import signup_token
from tests.conftest import PASSWORD, Api
from tests.parallel import in_parallel
from tests.problems import assert_problem
from tests.support.visitors import visitor
from worker.channels.email.signup import name_shown

ERIN = {"email": "Erin@Example.com", "name": " Erin  E. "}
WEAK = {
    "short": ("x7!kq", "too short"),
    "common": ("password1234", "too common"),
    "like the address": ("erin@example.com", "too similar"),
    "like the name": ("Erin Ericson", "too similar"),
    "missing": ("", "required"),
    "endless": ("x" * 1025, "at most 1024"),
}


@pytest.fixture(autouse=True)
def open_signup(settings: Any) -> None:
    settings.HARK_SIGNUP = "open"


def ask(ip: str = "192.0.2.1", **change: str) -> Any:
    body = ERIN | change
    return visitor(ip).post("/api/v1/auth/signup", body, content_type="application/json")


def link(signup: Signup) -> str:
    return f"/signup/confirm/{signup_token(signup)}"


def asked(**change: str) -> str:
    """The link of a new request."""
    assert ask(**change).status_code == 202
    return link(Signup.objects.latest("id"))


def choose(address: str, password: str = PASSWORD, **fields: str) -> Any:
    """What a browser that opens the link, fills in the form and sends it gets."""
    browser = visitor(checks_csrf=True)
    browser.cookies["csrftoken"] = secret = "c" * 32  # that of a form it has seen before
    browser.get(address)
    return browser.post(address, {"csrfmiddlewaretoken": secret, "name": "Erin E.", "password": password} | fields)


def test_a_request_makes_no_account_yet(db: None) -> None:
    response = ask()
    assert (response.status_code, response.content) == (202, b"")
    signup = Signup.objects.get()
    assert (signup.email, signup.mailed_at) == ("erin@example.com", None)
    assert not User.objects.exists()


def test_a_request_takes_no_password(db: None) -> None:
    assert_problem(ask(password=PASSWORD), 400, "unknown_parameter", "password")
    assert not Signup.objects.exists()


def test_a_known_address_gets_the_same_answer(alice: User) -> None:
    unknown, known = ask(), ask(email=alice.email)
    assert (unknown.status_code, unknown.content) == (known.status_code, known.content)
    fields = [dict(answer.headers) for answer in (unknown, known)]
    for headers in fields:
        headers.pop("RateLimit", None)  # the second request has one try fewer left
    assert fields[0] == fields[1]


def test_opening_the_link_changes_nothing_and_choosing_a_password_makes_the_account(db: None) -> None:
    address = asked()
    browser = visitor(checks_csrf=True)
    for _ in range(2):
        page = browser.get(address)
        assert page.status_code == 200
        html = page.content.decode()
        assert "erin@example.com" in html and 'type="password"' in html and 'autocomplete="new-password"' in html
    assert not User.objects.exists()
    assert browser.post(address, {"password": PASSWORD}).status_code == 403, "without the form's token"
    form = {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value, "name": "Erin  E.", "password": PASSWORD}
    done = browser.post(address, form)
    assert (done.status_code, "Your account is ready" in done.content.decode()) == (200, True)
    assert PASSWORD not in done.content.decode()
    user = User.objects.get()
    assert (user.email, user.name, user.is_staff) == ("erin@example.com", "Erin E.", False)
    assert Api().post("auth/login", {"email": user.email, "password": PASSWORD}).status_code == 200


def test_the_confirming_browser_is_a_device_of_theirs(db: None) -> None:
    done = choose(asked())
    assert device_of(done.cookies[DEVICE_COOKIE].value, User.objects.get())


def test_an_attacker_who_signs_up_with_the_address_of_somebody_gains_nothing(db: None) -> None:
    victims = asked(name="Erin")
    attackers = asked(name="Mallory", ip="198.51.100.1")
    for address in (victims, attackers):
        assert visitor().get(address).status_code == 200, "neither disturbs the other"
    assert choose(attackers, name="Erin").status_code == 200, "the victim follows the wrong link"
    user = User.objects.get()
    assert user.name == "Erin" and user.has_usable_password()
    assert Api().post("auth/login", {"email": user.email, "password": PASSWORD}).status_code == 200
    page = choose(victims, "another horse battery")
    assert "You have an account already" in page.content.decode()
    assert Api().post("auth/login", {"email": user.email, "password": PASSWORD}).status_code == 200


def test_after_one_is_confirmed_the_others_say_that_there_is_an_account(db: None) -> None:
    first, second = asked(), asked()
    choose(second)
    for address in (first, second):
        page = visitor().get(address)
        assert (page.status_code, "You have an account already" in page.content.decode()) == (200, True)
        assert "You have an account already" in choose(address).content.decode()
    assert User.objects.count() == 1
    assert not Signup.objects.filter(mailed_at=None).exists(), "no mail is owed any more"


def test_two_links_followed_at_the_same_moment_make_one_account(transactional_db: None) -> None:
    links = [asked(), asked()]
    pages = in_parallel(2, lambda number: choose(links[number]).content.decode())
    assert sorted("Your account is ready" in page for page in pages) == [False, True]
    assert User.objects.count() == 1


def test_the_name_is_the_one_that_the_confirming_browser_gives(db: None) -> None:
    address = asked(name="Mallory was here")
    assert 'value="Mallory was here"' in visitor().get(address).content.decode()
    choose(address, name="Erin")
    assert User.objects.get().name == "Erin"


@pytest.mark.parametrize("name", ["", " ", "x" * 101, "a\0b"])
def test_a_name_that_is_none_is_a_fault_of_the_form(name: str, db: None) -> None:
    page = choose(asked(), name=name)
    assert page.status_code == 400 and 'id="name-fault"' in page.content.decode()
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("language", "asks", "title"),
    [
        ("es", "es-MX,es;q=0.9", "Elige tu contraseña"),
        ("ar", "ar", "اختر كلمة مرورك"),
        ("en", "de, en;q=0.5", "Choose your password"),
        ("en", "x" * 5000, "Choose your password"),
    ],
)
def test_it_goes_on_in_the_language_of_the_browser(db: None, asks: str, language: str, title: str) -> None:
    assert Api().request("POST", "auth/signup", ERIN, **{"Accept-Language": asks}).status_code == 202
    signup = Signup.objects.get()
    assert signup.language == language
    page = visitor().get(link(signup), headers={"Accept-Language": "en"}).content.decode()
    assert title in page and f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in page
    choose(link(signup))
    assert User.objects.get().language == language


@pytest.mark.parametrize("password", [password for password, _ in WEAK.values()], ids=WEAK)
def test_what_is_wrong_with_a_password_is_said_in_each_language(password: str, db: None) -> None:
    said = set()
    for language, _ in settings.LANGUAGES:
        signup = Signup.objects.create(
            email="erin@example.com", name="Erin Ericson", language=language, created_at=timezone.now()
        )
        page = choose(link(signup), password, name="Erin Ericson").content.decode()
        said.add(page.split('id="password-fault"')[1].split("</p>")[0])
    assert len(said) == len(settings.LANGUAGES)


def test_a_link_is_dead_when_it_is_made_up(db: None) -> None:
    asked()
    token = signup_token(Signup.objects.get())
    for wrong in ("x", token[:-1], token + "x", "a:b:c"):
        page = visitor().get(f"/signup/confirm/{wrong}")
        assert (page.status_code, "not good any more" in page.content.decode()) == (404, True)
        assert visitor().post(f"/signup/confirm/{wrong}", {"password": PASSWORD}).status_code == 404
    assert not User.objects.exists()


def test_a_link_lasts_two_days(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    address = asked()
    later = timezone.now() + timedelta(days=2, seconds=5)
    monkeypatch.setattr("django.core.signing.time.time", later.timestamp)
    assert visitor().get(address).status_code == 404


def test_a_closed_server_takes_no_requests(settings: Any, db: None) -> None:
    settings.HARK_SIGNUP = "closed"
    assert_problem(ask(), 403, "signup_closed")
    assert not Signup.objects.exists()


@pytest.mark.parametrize(("password", "words"), WEAK.values(), ids=WEAK)
def test_it_refuses_a_password_that_is(password: str, words: str, db: None) -> None:
    page = choose(asked(), password, name="Erin Ericson")
    assert page.status_code == 400
    html = page.content.decode()
    assert words in html and 'aria-invalid="true"' in html
    assert not User.objects.exists()
    if password and len(password) < 1025:
        with pytest.raises(CommandError, match="^password: "):
            call_command("adduser", "erin@example.com", name="Erin Ericson", password=password)


def test_a_server_with_too_many_sign_ins_says_so_and_the_link_stays_good(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = asked()
    gate = HashGate(at_once=1, waiting_max=1, patience=0)
    with monkeypatch.context() as full, gate.turn():
        full.setattr("backend.accounts.passwords.gate", gate)
        page = choose(address)
    assert page.status_code == 429 and "Too many attempts" in page.content.decode()
    assert 1 <= int(page["Retry-After"]) <= 4
    assert "Your account is ready" in choose(address).content.decode()


def test_one_computer_asks_for_an_address_three_times_an_hour_at_most(db: None) -> None:
    assert [ask().status_code for _ in range(4)] == [202, 202, 202, 429]
    response = ask()
    assert_problem(response, 429, "too_many_attempts")
    assert int(response["Retry-After"]) <= 3600
    assert ask(email="frank@example.com").status_code == 202
    assert ask(ip="2001:db8:1:2::1").status_code == 202


def test_strangers_cannot_keep_somebody_from_signing_up(db: None) -> None:
    answers = [ask(ip=f"198.51.100.{number}").status_code for number in range(1, 31)]
    assert answers == [202] * 30
    assert Signup.objects.count() == 10, "an address gets ten mails an hour"
    assert ask().status_code == 202, "the owner is told what everybody is told"
    first, last = Signup.objects.earliest("id"), Signup.objects.latest("id")
    assert "Your account is ready" in choose(link(first)).content.decode(), "and all links they were sent are good"
    assert visitor().get(link(last)).status_code == 200


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Erin", "Erin"),
        (" Zoë  O’Neill-Díaz ", "Zoë O’Neill-Díaz"),
        ("ليلى", "ليلى"),
        ("प्रिया", "प्रिया"),
        ("Win money at evil.example", ""),
        ("https://evil.example", ""),
        ("call 0800 123456", ""),
        ("a@evil.example", ""),
        ("You have won a big prize now", ""),
        ("x" * 41, ""),
        ("Erin\u202e", ""),
        ("<b>Erin</b>", ""),
        ("Erin\r\nBcc: a", ""),
    ],
)
def test_a_mail_repeats_only_what_can_be_nothing_but_a_name(name: str, shown: str) -> None:
    assert name_shown(name) == shown


def test_links_of_before_open_nothing_once_sign_up_is_closed(settings: Any, db: None) -> None:
    address = asked()
    settings.HARK_SIGNUP = "closed"
    assert choose(address).status_code == 404
    assert not User.objects.exists()


def test_a_link_costs_no_hash_for_a_name_that_is_refused(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    address = asked()
    gate = HashGate(at_once=0, waiting_max=0, patience=0)
    monkeypatch.setattr("backend.accounts.passwords.gate", gate)
    assert choose(address, name="Admin").status_code == 400


def test_a_mailbox_gets_twenty_of_these_mails_a_day(db: None) -> None:
    for _ in range(3):
        for number in range(10):
            assert ask(f"192.0.2.{number}").status_code == 202
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM api_attempt WHERE ends_at < now() + interval '2 hours'")
    assert Signup.objects.count() == 20
