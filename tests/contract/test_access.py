"""Who may ask at all: tokens, sessions, CSRF; and how the API answers what it does not have."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from backend.accounts.models import ApiToken, Session, User
from backend.accounts.services import token_create
from tests.conftest import PASSWORD, switch_off
from tests.contract.clients import Api, Browser, ask
from tests.problems import assert_problem
from tests.routes import METHODS, WRITING, api_routes, fill, operations

OPEN = {("post", "auth/login"), ("post", "auth/signup"), ("post", "auth/tokens"), ("post", "auth/password/forgot")}
CLOSED = [operation for operation in operations() if operation not in OPEN]
ALL_WRITING = [*((method, path) for method, path in CLOSED if method in WRITING), ("post", "auth/login")]
MISSING = [(method, route) for route in api_routes() for method in METHODS if method not in route.methods]


def with_header(value: str) -> Any:
    return ask("GET", "/api/v1/me", Authorization=value)


def test_nobody_gets_in_without_signing_in(direct: int, subtests: pytest.Subtests) -> None:
    for method, path in CLOSED:
        with subtests.test(method=method, path=path):
            response = Api().request(method, fill(path, conversation_id=direct), {} if method in WRITING else None)
            assert_problem(response, 401, "not_authenticated")
            assert response["WWW-Authenticate"] == 'Bearer realm="hark"'


@pytest.mark.parametrize(
    "value",
    [
        "Bearer hark_wrong",
        "Bearer",
        "Bearer ",
        "Basic YWxpY2U6eA==",
        "Token {secret}",
        "{secret}",
        "",
        "Bearer {secret}x",
    ],
)
def test_a_token_that_is_none_is_refused(value: str, alice: User) -> None:
    secret = token_create(user=alice, name="a bot")[1]
    assert with_header(f"Bearer {secret}").status_code == 200
    response = with_header(value.format(secret=secret))
    assert_problem(response, 401, "token_invalid")
    assert response["WWW-Authenticate"] == 'Bearer realm="hark"'


def test_a_revoked_token_is_refused(alice: User) -> None:
    token, secret = token_create(user=alice, name="a bot")
    assert Api(alice).delete(f"auth/tokens/{token.id}").status_code == 204
    assert_problem(with_header(f"Bearer {secret}"), 401, "token_invalid")


def test_an_expired_token_is_refused(alice: User) -> None:
    secret = token_create(user=alice, name="a bot")[1]
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert_problem(with_header(f"Bearer {secret}"), 401, "token_expired")


def test_a_request_with_a_token_ignores_the_session(alice: User, bob: User) -> None:
    browser = Browser(alice)
    headers = {"Authorization": f"Bearer {token_create(user=bob, name='a bot')[1]}"}
    assert browser.get("/api/v1/me", **headers).json()["id"] == bob.id
    changed = browser.request("PATCH", "/api/v1/me", {"name": "B"}, **headers)
    assert changed.json()["id"] == bob.id
    assert_problem(browser.get("/api/v1/me", Authorization="Bearer no"), 401, "token_invalid")


def test_an_inactive_user_is_let_in_by_nothing(alice: User) -> None:
    browser, api = Browser(alice), Api(alice)
    switch_off(alice)
    assert_problem(browser.get("/api/v1/me"), 401, "not_authenticated")
    assert_problem(api.get("me"), 401, "token_invalid")
    credentials = {"email": alice.email, "password": PASSWORD}
    assert_problem(Browser.at_the_page().send("POST", "/api/v1/auth/login", credentials), 401, "invalid_credentials")
    assert_problem(Api().post("auth/tokens", {**credentials, "name": "a bot"}), 401, "invalid_credentials")


def test_an_expired_session_is_over(alice: User) -> None:
    browser = Browser(alice)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert_problem(browser.get("/api/v1/me"), 401, "not_authenticated")


def test_a_new_password_ends_the_sessions(alice: User) -> None:
    browser = Browser(alice)
    alice.set_password("another horse battery")
    alice.save()
    assert_problem(browser.get("/api/v1/me"), 401, "not_authenticated")


def test_a_session_is_whose_it_says_in_its_signed_data(alice: User, bob: User) -> None:
    browser = Browser(alice)
    Session.objects.update(user=bob)
    assert browser.get("/api/v1/me").json()["id"] == alice.id


@pytest.mark.parametrize("sent", [None, "x" * 32, "x" * 64, "short"])
def test_a_session_writes_nothing_without_its_csrf_token(
    sent: str | None, alice: User, direct: int, subtests: pytest.Subtests
) -> None:
    browser = Browser(alice)
    headers = {"X-CSRFToken": sent} if sent else {}
    for method, path in ALL_WRITING:
        with subtests.test(method=method, path=path):
            response = browser.request(method, f"/api/v1/{fill(path, conversation_id=direct)}", {}, **headers)
            assert_problem(response, 403, "csrf_failed")


def test_a_method_that_is_missing_is_not_allowed(alice: User, direct: int, subtests: pytest.Subtests) -> None:
    browser = Browser(alice)
    for method, route in MISSING:
        with subtests.test(method=method, path=route.path):
            response = browser.send(method, f"/api/v1/{fill(route.path, conversation_id=direct)}", None)
            assert_problem(response, 405, "method_not_allowed")
            allowed = {name.strip().lower() for name in response["Allow"].split(",")}
            assert allowed - {"options", "head"} == set(route.methods)


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "image/*", "nonsense", "", "application/json;q=0"])
def test_it_answers_json_whatever_is_accepted(accept: str, alice: User) -> None:
    response = Api(alice).get("me", Accept=accept)
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")
    assert_problem(Api(alice).get("sync?cursor=-1", Accept=accept), 400, "invalid_parameter", "cursor")
