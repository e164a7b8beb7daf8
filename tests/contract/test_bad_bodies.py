"""Bodies that are no JSON object, too large, of another type, or say what nobody asked."""

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from backend.accounts.models import User
from tests.conftest import PASSWORD
from tests.contract.clients import Api, Browser
from tests.problems import assert_problem

NO_OBJECT = {
    "not JSON": "hello",
    "cut off": '{"client_id": "5',
    "two objects": "{}{}",
    "single quotes": "{'text': 'hello'}",
    "a list": "[]",
    "a full list": '[{"text": "hello"}]',
    "a string": '"hello"',
    "a number": "5",
    "null": "null",
    "NaN": '{"text": NaN}',
    "Infinity": '{"text": -Infinity}',
    "a number of 5,000 digits": '{"text": ' + "9" * 5_000 + "}",
    "100,000 nested lists": '{"text": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "100,000 open objects": '{"text":' * 25_000,
    "not UTF-8": b'{"text": "\xff"}',
    "a surrogate in UTF-8": b'{"text": "\xed\xa0\x80"}',
    "UTF-16": '{"text": "hello"}'.encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf{}",
}
# Each endpoint that takes a body, with a good one.
BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "auth/signup"): {"email": "erin@example.com", "name": "Erin"},
    ("POST", "auth/tokens"): {"email": "alice@example.com", "password": PASSWORD, "name": "a bot"},
    ("POST", "auth/logout"): {},
    ("POST", "auth/password/forgot"): {"email": "alice@example.com"},
    ("PUT", "auth/password"): {"current": PASSWORD, "new": "another horse battery"},
    ("POST", "auth/email"): {"email": "new@example.com", "password": PASSWORD},
    ("POST", "auth/second-factor"): {"password": PASSWORD},
    ("PUT", "auth/second-factor"): {"code": "123456"},
    ("DELETE", "auth/second-factor"): {"password": PASSWORD, "code": "123456"},
    ("POST", "auth/second-factor/recovery-codes"): {"password": PASSWORD, "code": "123456"},
    ("PATCH", "me"): {"name": "Alice"},
    ("POST", "me/exports"): {"password": PASSWORD},
    ("POST", "me/erase"): {"password": PASSWORD},
    ("POST", "push/subscriptions"): {"endpoint": "https://fcm.googleapis.com/x", "keys": {"p256dh": "x", "auth": "x"}},
    ("POST", "conversations"): {"kind": "group", "participants": [1], "title": "Harbour light"},
    ("PATCH", "conversations/{group}"): {"title": "Harbour light"},
    ("POST", "conversations/{group}/participants"): {"user": 1},
    ("PUT", "conversations/{group}/notifications"): {"level": "all"},
    ("POST", "conversations/{group}/messages"): {"client_id": str(uuid.uuid4()), "text": "hello"},
    ("PATCH", "conversations/{group}/messages/1"): {"text": "hello"},
    ("PUT", "conversations/{group}/messages/1/reactions/%F0%9F%91%8D"): {},
    ("PUT", "conversations/{group}/read"): {"seq": 0},
    ("PUT", "conversations/{group}/unread"): {"seq": 1},
    ("PUT", "conversations/{group}/typing"): {},
    ("PATCH", "notification-settings"): {"email": True},
    ("POST", "notification-settings/test"): {"channel": "email"},
}
CHANGES_WHAT_IS_GIVEN = {("PATCH", "me"), ("PATCH", "notification-settings")}
ENDPOINTS = pytest.mark.parametrize(("method", "path"), BODIES, ids=[" ".join(key) for key in BODIES])
Send = Callable[..., Any]


@pytest.fixture
def send(alice: User) -> Send:
    """What a browser of alice's gets, which may send any body."""
    browser = Browser(alice)

    def send(method: str, path: str, body: str | bytes, content_type: str = "application/json") -> Any:
        content = body.encode() if isinstance(body, str) else body
        return browser.send(method, f"/api/v1/{path}", content, **{"Content-Type": content_type})

    return send


def test_it_refuses_a_body_that_is(send: Send, direct: int, subtests: pytest.Subtests) -> None:
    for name, body in NO_OBJECT.items():
        with subtests.test(name):
            assert_problem(send("POST", f"conversations/{direct}/messages", body), 400, "invalid_json")


def test_every_endpoint_refuses_what_is_no_json(send: Send, group: int, subtests: pytest.Subtests) -> None:
    for method, path in BODIES:
        with subtests.test(method=method, path=path):
            assert_problem(send(method, path.format(group=group), "hello"), 400, "invalid_json")


def test_every_endpoint_refuses_an_unknown_field(send: Send, group: int, subtests: pytest.Subtests) -> None:
    for (method, path), good in BODIES.items():
        with subtests.test(method=method, path=path):
            body = json.dumps({**good, "colour": "red"})
            assert_problem(send(method, path.format(group=group), body), 400, "unknown_parameter", "colour")
            unprintable = send(method, path.format(group=group), r'{"\ud800": 1}')
            assert (unprintable.status_code, unprintable.json()["code"]) == (400, "unknown_parameter")


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_every_endpoint_refuses_another_type_of_body(
    content_type: str, send: Send, group: int, subtests: pytest.Subtests
) -> None:
    for method, path in BODIES:
        with subtests.test(method=method, path=path):
            answer = send(method, path.format(group=group), "text=hello", content_type)
            assert_problem(answer, 415, "unsupported_media_type")


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "Application/JSON"])
def test_json_may_be_called_in_other_words(content_type: str, send: Send) -> None:
    assert send("PATCH", "me", '{"name": "Zo\u00eb"}'.encode(), content_type).json()["name"] == "Zo\u00eb"


def test_every_endpoint_refuses_a_body_that_is_too_large(send: Send, group: int, subtests: pytest.Subtests) -> None:
    body = json.dumps({"text": "x" * 256 * 1024})
    for method, path in BODIES:
        with subtests.test(method=method, path=path):
            assert_problem(send(method, path.format(group=group), body), 413, "body_too_large")


@ENDPOINTS
def test_an_empty_body_lacks_what_is_needed(method: str, path: str, alice: User, send: Send, group: int) -> None:
    Api(alice).say(group, "hello")
    answer = send(method, path.format(group=group), b"")
    if BODIES[method, path] and (method, path) not in CHANGES_WHAT_IS_GIVEN:
        parameter = answer.json()["parameter"]
        assert_problem(answer, 400, "invalid_parameter", parameter)
        assert parameter in BODIES[method, path]
    else:
        assert answer.status_code in {200, 204}


WRONG_FIELDS = [
    ("POST", "conversations", {"kind": "crowd", "participants": [1]}, "kind"),
    ("POST", "conversations", {"kind": "\ud800", "participants": [1]}, "kind"),
    ("POST", "conversations", {"kind": ["group"], "participants": [1]}, "kind"),
    ("POST", "conversations", {"kind": None, "participants": [1]}, "kind"),
    ("POST", "conversations", {"kind": "group"}, "participants"),
    ("POST", "conversations", {"kind": "group", "participants": []}, "participants"),
    ("POST", "conversations", {"kind": "group", "participants": 1}, "participants"),
    ("POST", "conversations", {"kind": "group", "participants": {"1": 1}}, "participants"),
    ("POST", "conversations", {"kind": "group", "participants": ["1"]}, "participants"),
    ("POST", "conversations", {"kind": "group", "participants": [True]}, "participants"),
    ("POST", "conversations", {"kind": "group", "participants": [2**63]}, "participants"),
    ("POST", "conversations", {"kind": "group", "participants": [2**63 - 1]}, "participants"),
    ("POST", "conversations", {"kind": "group", "participants": [1] * 501}, "participants"),
    ("POST", "conversations", {"kind": "direct", "participants": [2**40, 2**41]}, "participants"),
    ("POST", "conversations", {"kind": "group", "participants": [1], "title": "x" * 101}, "title"),
    ("POST", "conversations", {"kind": "group", "participants": [1], "title": "a\0b"}, "title"),
    ("PATCH", "conversations/{group}", {"title": 5}, "title"),
    ("POST", "conversations/{group}/participants", {"user": "1"}, "user"),
    ("POST", "conversations/{group}/participants", {"user": 2**62}, "user"),
    ("PUT", "conversations/{group}/notifications", {"level": "some"}, "level"),
    ("PUT", "conversations/{group}/notifications", {"level": "\ud800"}, "level"),
    ("PUT", "conversations/{group}/notifications", {"level": "all", "muted_until": "soon"}, "muted_until"),
    ("PUT", "conversations/{group}/notifications", {"level": "all", "muted_until": 5}, "muted_until"),
    ("PUT", "conversations/{group}/notifications", {"level": "all", "muted_until": "\ud800"}, "muted_until"),
    (
        "PUT",
        "conversations/{group}/notifications",
        {"level": "all", "muted_until": "0001-01-01T00:00:00+14:00"},
        "muted_until",
    ),
    (
        "PUT",
        "conversations/{group}/notifications",
        {"level": "all", "muted_until": "9999-12-31T23:59:59-14:00"},
        "muted_until",
    ),
    ("PUT", "conversations/{group}/read", {"seq": 1}, "seq"),
    ("PUT", "conversations/{group}/read", {"seq": -1}, "seq"),
    ("PUT", "conversations/{group}/read", {"seq": 2**63}, "seq"),
    ("PUT", "conversations/{group}/read", {"seq": "1"}, "seq"),
    ("PUT", "conversations/{group}/read", {"seq": False}, "seq"),
    ("PUT", "conversations/{group}/unread", {"seq": 1}, "seq"),
    ("PUT", "conversations/{group}/unread", {"seq": 0}, "seq"),
    ("PUT", "conversations/{group}/unread", {"seq": 2**63}, "seq"),
    ("PUT", "conversations/{group}/unread", {"seq": "1"}, "seq"),
    ("PUT", "conversations/{group}/unread", {"seq": None}, "seq"),
    ("PATCH", "me", {"name": " "}, "name"),
    ("PATCH", "me", {"name": "x" * 101}, "name"),
    ("PATCH", "me", {"name": "a\0b"}, "name"),
    ("PATCH", "me", {"name": None}, "name"),
    ("PATCH", "me", {"timezone": "Mars/Olympus"}, "timezone"),
    ("PATCH", "me", {"timezone": "../etc/passwd"}, "timezone"),
    ("PATCH", "me", {"language": "x" * 17}, "language"),
    ("PATCH", "me", {"language": "de"}, "language"),
    ("POST", "auth/login", {"email": "alice@example.com", "password": "x", "shared": "yes"}, "shared"),
    ("POST", "auth/login", {"email": "alice@example.com", "password": "x", "shared": 1}, "shared"),
    ("POST", "auth/login", {"email": "alice@example.com", "password": "x", "shared": None}, "shared"),
    ("POST", "auth/login", {"email": "alice@example.com", "password": "x", "code": 123456}, "code"),
    ("POST", "auth/login", {"email": "alice@example.com", "password": "x", "code": "x" * 65}, "code"),
    ("POST", "auth/login", {"email": "alice@example.com", "password": "x", "code": "a\0b"}, "code"),
    ("POST", "auth/second-factor", {"password": 5}, "password"),
    ("PUT", "auth/second-factor", {"code": 123456}, "code"),
    ("PUT", "auth/second-factor", {"code": ""}, "code"),
    ("PUT", "auth/second-factor", {"code": "\ud800"}, "code"),
    ("PUT", "auth/second-factor", {"code": "x" * 65}, "code"),
    ("DELETE", "auth/second-factor", {"password": PASSWORD, "code": None}, "code"),
    ("POST", "auth/second-factor/recovery-codes", {"password": PASSWORD, "code": []}, "code"),
    ("POST", "auth/signup", {"email": "erin", "name": "Erin"}, "email"),
    ("POST", "auth/signup", {"email": 5, "name": "Erin"}, "email"),
    ("POST", "auth/signup", {"email": "e@example.com", "name": ""}, "name"),
    ("POST", "auth/tokens", {"email": "alice@example.com", "password": 5, "name": "a"}, "password"),
    ("POST", "auth/tokens", {"email": "a\0b", "password": "x", "name": "a"}, "email"),
    ("POST", "auth/tokens", {"email": "alice@example.com", "password": "x" * 1025, "name": "a"}, "password"),
]


def test_it_names_the_field_that_is_wrong(send: Send, group: int, subtests: pytest.Subtests) -> None:
    for method, path, body, parameter in WRONG_FIELDS:
        with subtests.test(method=method, path=path, body=body):
            answer = send(method, path.format(group=group), json.dumps(body))
            assert_problem(answer, 400, "invalid_parameter", parameter)


def test_a_direct_conversation_with_oneself_is_refused(alice: User) -> None:
    answer = Api(alice).post("conversations", {"kind": "direct", "participants": [alice.id]})
    assert_problem(answer, 400, "invalid_parameter", "participants")
