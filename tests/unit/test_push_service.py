"""The push service of the tests refuses what a real one would: else its taking a push would prove nothing."""

import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02
from pywebpush import WebPusher

from tests.support.push_service import PushService, Subscriber, push_service

KEY = ec.generate_private_key(ec.SECP256R1())


@pytest.fixture
def service() -> Iterator[PushService]:
    with push_service() as service:
        yield service


@pytest.fixture
def browser(service: PushService) -> Subscriber:
    return service.subscriber()


def signed(service: PushService, key: ec.EllipticCurvePrivateKey = KEY, **changes: Any) -> str:
    claims = {"aud": service.origin, "exp": int(time.time()) + 3600, "sub": "mailto:a@example.org", **changes}
    return str(Vapid02(key, conf={"no-strict": True}).sign(claims)["Authorization"])


def encrypted(browser: Subscriber, payload: bytes = b"Hello") -> bytes:
    return bytes(WebPusher(browser.body).encode(payload)["body"])


def post(service: PushService, browser: Subscriber, body: bytes | None = None, **headers: str | None) -> int:
    """The status for a push that is good but for these header fields; None leaves one out."""
    fields = {
        "Authorization": signed(service),
        "TTL": "60",
        "Topic": "x" * 32,
        "Urgency": "normal",
        "Content-Encoding": "aes128gcm",
        **headers,
    }
    given = {name.replace("_", "-"): value for name, value in fields.items() if value is not None}
    with requests.post(
        browser.endpoint, data=encrypted(browser) if body is None else body, headers=given, timeout=10
    ) as response:
        return response.status_code


def test_a_good_push_is_taken_and_read(service: PushService, browser: Subscriber) -> None:
    assert post(service, browser) == 201
    assert [push.payload for push in browser.pushes] == [b"Hello"]
    assert (service.faults, service.requests, len(service.pushes)) == ([], 1, 1)


def test_one_topic_is_one_push_for_the_browser(service: PushService, browser: Subscriber) -> None:
    for topic in ("a", "a", "b", None, None):
        assert post(service, browser, Topic=topic) == 201
    assert (len(browser.pushes), len(browser.waiting)) == (5, 4)


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("TTL", None, 400),
        ("TTL", "soon", 400),
        ("TTL", "-1", 400),
        ("Topic", "x" * 33, 400),
        ("Topic", "a b", 400),
        ("Topic", "YQ==", 400),
        ("Urgency", "urgent", 400),
        ("Content-Encoding", "aesgcm", 400),
        ("Content-Encoding", None, 400),
        ("Authorization", None, 401),
        ("Authorization", "Bearer x", 401),
        ("Authorization", "vapid t=a.b.c", 401),
    ],
)
def test_a_header_that_is_not_as_it_should_be_is_refused(
    name: str, value: str | None, status: int, service: PushService, browser: Subscriber
) -> None:
    assert post(service, browser, **{name: value}) == status
    assert len(service.faults) == 1
    assert browser.pushes == []


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "https://fcm.googleapis.com"},
        {"aud": "http://127.0.0.1"},
        {"exp": 1},
        {"exp": int(time.time()) + 25 * 3600},
        {"sub": ""},
        {"sub": "mailto: a@example.org"},
        {"sub": "mailto:<a@example.org>"},
    ],
)
def test_claims_that_are_not_for_it_are_refused(
    changes: dict[str, Any], service: PushService, browser: Subscriber
) -> None:
    assert post(service, browser, Authorization=signed(service, **changes)) == 403


def test_a_forged_token_is_refused(service: PushService, browser: Subscriber) -> None:
    good, foreign = signed(service), signed(service, ec.generate_private_key(ec.SECP256R1()))
    assert post(service, browser, Authorization=f"{good.split(',')[0]},{foreign.split(',')[1]}") == 403
    header, _, signature = good.split(",")[0].removeprefix("vapid t=").split(".")
    claims = json.dumps({"aud": service.origin, "exp": int(time.time()) + 60, "sub": "mailto:a@example.org"})
    forged = urlsafe_b64encode(claims.encode()).rstrip(b"=").decode()
    assert post(service, browser, Authorization=f"vapid t={header}.{forged}.{signature},{good.split(',')[1]}") == 403


def test_a_push_of_another_server_is_refused(service: PushService) -> None:
    key = signed(service).rpartition("k=")[2]
    assert post(service, service.subscriber(key)) == 201
    other = signed(service, ec.generate_private_key(ec.SECP256R1()))
    assert post(service, service.subscriber(key), Authorization=other) == 403


def test_what_its_browser_cannot_decrypt_is_refused(service: PushService, browser: Subscriber) -> None:
    assert post(service, browser, encrypted(service.subscriber())) == 400
    body = encrypted(browser)
    assert post(service, browser, body[:-1] + bytes([body[-1] ^ 1])) == 400
    assert post(service, browser, encrypted(browser, b"x" * 3994)) == 413
    assert post(service, browser, encrypted(browser, b"x" * 3993)) == 201


def test_an_endpoint_it_does_not_know_is_refused(service: PushService, browser: Subscriber) -> None:
    browser.endpoint += "x"
    assert post(service, browser) == 404
