"""Guessing passwords, by every way in: counted, bounded, and no way to keep the owner out."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.test import Client

from backend.accounts import guesses
from backend.accounts.devices import DEVICE_COOKIE
from backend.accounts.errors import InvalidCredentials
from backend.accounts.guesses import HASHES
from backend.accounts.models import User
from backend.accounts.services import access_end, email_change_token, password_confirm, user_create
from backend.api.limits import TooManyAttempts
from tests.conftest import PASSWORD, Api
from tests.problems import assert_problem
from tests.support.authenticator import Authenticator
from tests.support.visitors import visitor

ADMIN_LOGIN = "/admin/login/"
LOGIN, TOKENS = "/api/v1/auth/login", "/api/v1/auth/tokens"
# What else a body needs for its password to be looked at.
FIELDS = {"name": "a bot", "email": "erin@example.com", "code": "000000", "new": "another horse battery"}


@pytest.fixture
def ops(db: None) -> User:
    return user_create(email="ops@example.com", name="Ops", password=PASSWORD, is_staff=True)


def at_admin(client: Client, user: User, password: str, **headers: str) -> Any:
    return client.post(ADMIN_LOGIN, {"username": user.email, "password": password}, **headers)


def at_api(client: Client, user: User, password: str, path: str = LOGIN, **headers: str) -> Any:
    body = {"email": user.email, "password": password} | ({"name": "a bot"} if path == TOKENS else {})
    return client.post(path, body, content_type="application/json", **headers)


def test_130_guesses_at_the_admin_and_then_the_right_password(ops: User) -> None:
    answers = [at_admin(visitor(), ops, f"wrong {number}") for number in range(130)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429] * 120
    last = at_admin(visitor(), ops, PASSWORD)
    assert last.status_code == 429
    assert 1 <= int(last["Retry-After"]) <= 15 * 60
    assert "Too many attempts" in last.content.decode() and 'name="password"' in last.content.decode()
    assert "sessionid" not in last.cookies


def test_the_ways_in_share_their_limits(ops: User) -> None:
    ways: list[Callable[[str], Any]] = [
        lambda password: at_admin(visitor(), ops, password),
        lambda password: at_api(visitor(), ops, password),
        lambda password: at_api(visitor(), ops, password, TOKENS),
    ]
    for number in range(10):
        assert ways[number % 3](f"wrong {number}").status_code in (200, 401)
    assert [way(PASSWORD).status_code for way in ways] == [429] * 3


def test_djangos_authenticate_counts_too(ops: User) -> None:
    for _ in range(10):
        assert authenticate(None, username=ops.email, password="wrong") is None
    with pytest.raises(TooManyAttempts):
        authenticate(None, username=ops.email, password=PASSWORD)


def test_staff_who_sign_in_at_the_admin_are_in(ops: User, alice: User) -> None:
    browser = visitor()
    assert at_admin(browser, ops, PASSWORD).status_code == 302
    assert browser.get("/admin/").status_code == 200
    assert browser.cookies[DEVICE_COOKIE].value
    assert at_admin(visitor(), alice, PASSWORD).status_code == 200


def test_a_stolen_session_guesses_the_password_ten_times(ops: User) -> None:
    browser = visitor()
    browser.force_login(ops)
    new = "another horse battery"
    form = {"old_password": "wrong", "new_password1": new, "new_password2": new}
    answers = [browser.post("/admin/password_change/", form).status_code for _ in range(12)]
    assert answers == [200] * 10 + [429] * 2
    refused = browser.post("/admin/password_change/", {**form, "old_password": PASSWORD})
    assert refused.status_code == 429 and "Too many attempts" in refused.content.decode()
    assert int(refused["Retry-After"]) > 0
    with pytest.raises(TooManyAttempts):
        password_confirm(user=ops, password=PASSWORD)


def test_a_person_confirms_with_their_password(alice: User) -> None:
    for _ in range(12):
        password_confirm(user=alice, password=PASSWORD)
    with pytest.raises(InvalidCredentials):
        password_confirm(user=alice, password="wrong")


def test_right_passwords_cost_hashes_too(alice: User) -> None:
    for _ in range(HASHES.tries):
        password_confirm(user=alice, password=PASSWORD)
    with pytest.raises(TooManyAttempts):
        password_confirm(user=alice, password=PASSWORD)
    client = visitor()
    assert [at_api(client, alice, PASSWORD).status_code for _ in range(HASHES.tries + 2)][-2:] == [200, 429]


def test_every_operation_that_takes_a_password_counts_wrong_ones(db: None) -> None:
    schema = visitor().get("/api/v1/schema", headers={"Accept": "application/json"}).json()
    tried = set()
    for name, fields in schema["components"]["schemas"].items():
        for method, path in operations_with(schema, name):
            for secret in {"password", "current"} & set(fields.get("properties", {})):
                user = user_create(email=f"p{len(tried)}@example.com", name="P", password=PASSWORD)
                body = {field: FIELDS.get(field, "x") for field in fields.get("required", [])} | {secret: "wrong"}
                if path in ("auth/login", "auth/tokens"):
                    body["email"] = user.email
                if "second-factor" in path:
                    Authenticator(user, PASSWORD)  # without one there is nothing to prove
                api = Api(user)
                answers = [api.request(method.upper(), path, body).status_code for _ in range(12)]
                assert answers[-1] == 429, f"{method} {path} lets one guess for ever: {answers}"
                tried.add(path)
    assert {"auth/login", "auth/tokens"} <= tried


def operations_with(schema: Any, name: str) -> list[tuple[str, str]]:
    """(method, path) of what takes this body."""
    ref = {"$ref": f"#/components/schemas/{name}"}
    return [
        (method, path.removeprefix("/api/v1/"))
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
        if ref in [content["schema"] for content in operation.get("requestBody", {}).get("content", {}).values()]
    ]


# --- who counts as one, and who is let through


def ipv6(number: int) -> str:
    return f"2001:db8:1:2::{number:x}"


def test_all_addresses_of_one_ipv6_customer_count_as_one(alice: User) -> None:
    answers = [at_api(visitor(ipv6(number)), alice, "wrong").status_code for number in range(20)]
    assert answers == [401] * 10 + [429] * 10
    assert at_api(visitor("2001:db8:1:3::1"), alice, PASSWORD).status_code == 200
    for number in range(100):
        at_api(visitor(ipv6(number)), alice, "wrong")
    assert at_api(visitor("2001:db8:1:3::1"), alice, PASSWORD).status_code == 200, "one /64 locks nobody out"


def attackers() -> Iterator[Client]:
    """Each at an address of its own."""
    for number in range(1, 102):
        yield visitor(f"198.51.100.{number}")


def lock(user: User) -> None:
    """Strangers guess, each from an address of its own, until the account is locked for all strangers."""
    guesses = [at_api(attacker, user, "wrong").status_code for attacker in attackers()]
    assert guesses == [401] * 100 + [429]


def test_strangers_do_not_lock_an_owner_out_of_a_device_that_has_signed_in(alice: User, ops: User) -> None:
    at_home, at_work = visitor("192.0.2.1"), visitor("192.0.2.2")
    assert at_api(at_home, alice, PASSWORD).status_code == 200
    assert at_admin(at_work, ops, PASSWORD).status_code == 302
    for user in (alice, ops):
        lock(user)
    assert_problem(at_api(visitor(), alice, PASSWORD), 429, "too_many_attempts")
    for browser in (at_home, at_work):
        del browser.cookies["sessionid"]
    assert at_api(at_home, alice, PASSWORD).status_code == 200
    assert at_api(at_home, alice, PASSWORD, TOKENS).status_code == 201
    assert at_admin(at_work, ops, PASSWORD).status_code == 302


def test_strangers_do_not_keep_an_owner_from_their_settings(alice: User) -> None:
    lock(alice)
    password_confirm(user=alice, password=PASSWORD)


def test_a_thief_of_the_device_cookie_has_ten_guesses_from_anywhere(alice: User, bob: User) -> None:
    owner = visitor()
    cookie = at_api(owner, alice, PASSWORD).cookies[DEVICE_COOKIE].value

    def steal(client: Client) -> Client:
        client.cookies[DEVICE_COOKIE] = cookie
        return client

    answers = [at_api(steal(client), alice, "wrong").status_code for client in list(attackers())[:30]]
    assert answers == [401] * 10 + [429] * 20
    assert at_api(visitor(), alice, PASSWORD).status_code == 200, "the stolen device is refused, and no other"
    others = [at_api(steal(visitor("192.0.2.9")), bob, "wrong").status_code for _ in range(12)]
    assert others == [401] * 10 + [429] * 2, "for another account it is worth nothing"


def test_the_device_cookie_is_out_of_reach_of_scripts_and_other_sites(alice: User) -> None:
    cookie = at_api(visitor(), alice, PASSWORD).cookies[DEVICE_COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (True, "Strict", "/", "")
    assert cookie["max-age"] == 365 * 24 * 3600


def test_a_shared_computer_is_nobodys_device(alice: User) -> None:
    body = {"email": alice.email, "password": PASSWORD, "shared": True}
    assert DEVICE_COOKIE not in visitor().post(LOGIN, body, content_type="application/json").cookies


@pytest.mark.parametrize("cookie", ["", "x", "x:y:z", "a" * 5000])
def test_a_made_up_device_is_a_stranger(cookie: str, alice: User) -> None:
    lock(alice)
    client = visitor()
    client.cookies[DEVICE_COOKIE] = cookie
    assert_problem(at_api(client, alice, PASSWORD), 429, "too_many_attempts")


def test_a_known_device_ends_with_the_credential_epoch(alice: User) -> None:
    browser = visitor("192.0.2.1")
    at_api(browser, alice, PASSWORD)
    access_end(user=alice)
    lock(alice)
    assert_problem(at_api(browser, alice, PASSWORD), 429, "too_many_attempts")


def test_a_device_keeps_its_limit_when_it_signs_in_again(alice: User) -> None:
    browser = visitor()
    at_api(browser, alice, PASSWORD)
    for _ in range(6):
        at_api(browser, alice, "wrong")
    at_api(browser, alice, PASSWORD)
    answers = [at_api(browser, alice, "wrong").status_code for _ in range(6)]
    assert answers == [401] * 4 + [429] * 2


def test_a_guess_that_could_not_be_judged_costs_no_try(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    from backend.accounts.passwords import HashGate

    with monkeypatch.context() as full:
        full.setattr("backend.accounts.passwords.gate", HashGate(at_once=1, waiting_max=1, patience=0))
        from backend.accounts import passwords

        with passwords.gate.turn():
            answers = [at_api(visitor(), alice, "wrong") for _ in range(12)]
    assert {answer.status_code for answer in answers} == {429}
    assert_problem(answers[-1], 429, "too_many_requests")
    assert 1 <= int(answers[-1]["Retry-After"]) <= 4
    assert at_api(visitor(), alice, PASSWORD).status_code == 200


def test_the_limits_are_what_the_docs_say() -> None:
    limits = [guesses.GUESSES, guesses.GUESSES_OF_IP, guesses.GUESSES_OF_EMAIL, guesses.GUESSES_OF_DEVICE]
    assert [(limit.tries, limit.window) for limit in limits] == [(10, 900), (100, 900), (100, 900), (10, 900)]


def test_a_stranger_with_a_link_does_not_use_up_what_the_owner_has(alice: User) -> None:
    link = f"/email/confirm/{email_change_token(alice, 'new@example.com')}"
    stranger = visitor()
    answers = [stranger.post(link, {"password": "wrong"}).status_code for _ in range(11)]
    assert answers == [401] * 10 + [429]
    password_confirm(user=alice, password=PASSWORD)
