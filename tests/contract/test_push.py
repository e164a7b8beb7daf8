"""Push subscriptions over HTTP: what a browser may tell, and what is refused."""

import base64
from typing import Any

import pytest

from backend.accounts.models import User
from backend.notifications.models import PushSubscription
from tests.contract.clients import Api, Browser
from tests.problems import assert_problem

KEYS = {
    "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "auth": "BTBZMqHH6r4Tts7J_aSIgg",
}
PATH = "push/subscriptions"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def body(number: int = 1, **fields: Any) -> dict[str, Any]:
    return {"endpoint": f"https://updates.push.services.mozilla.com/wpush/v2/{number}", "keys": KEYS, **fields}


def subscribe(browser: Browser, **fields: Any) -> Any:
    return browser.send("POST", f"/api/v1/{PATH}", body(**fields), **{"User-Agent": FIREFOX})


def test_the_key_is_a_point_of_the_curve_and_stays_the_same(alice: User, bob: User) -> None:
    key = Api(alice).get("push/key").json()
    assert set(key) == {"key"}
    assert len(base64.urlsafe_b64decode(key["key"] + "=")) == 65
    assert Api(bob).get("push/key").json() == key


def test_a_browser_subscribes_once_and_is_seen_again(alice: User) -> None:
    browser = Browser(alice)
    made = subscribe(browser)
    assert made.status_code == 201
    assert set(made.json()) == {"id", "name", "created_at", "seen_at"}
    assert made.json()["name"] == "Firefox on Linux"
    again = subscribe(browser, name="My laptop")
    assert (again.status_code, again.json()["id"], again.json()["name"]) == (200, made.json()["id"], "My laptop")
    assert again.json()["seen_at"] > made.json()["seen_at"]
    assert again.json()["created_at"] == made.json()["created_at"]
    listed = browser.get(f"/api/v1/{PATH}").json()
    assert listed == {"subscriptions": [again.json()]}
    assert "mozilla" not in str(listed)


def test_the_same_browser_of_another_person_is_theirs(alice: User, bob: User) -> None:
    subscribe(Browser(alice))
    assert subscribe(Browser(bob)).status_code == 200
    assert Api(alice).get(PATH).json() == {"subscriptions": []}
    assert len(Api(bob).get(PATH).json()["subscriptions"]) == 1


def test_an_endpoint_has_one_spelling(alice: User) -> None:
    api = Api(alice)
    assert api.post(PATH, body()).status_code == 201
    shouted = body()["endpoint"].replace("updates.push", "UPDATES.Push").replace(".com/", ".com.:443/")
    assert api.post(PATH, {"endpoint": shouted, "keys": KEYS}).status_code == 200


def test_one_may_drop_ones_own_and_nobody_elses(alice: User, bob: User) -> None:
    made = subscribe(Browser(alice)).json()["id"]
    assert_problem(Api(bob).delete(f"{PATH}/{made}"), 404, "not_found")
    assert PushSubscription.objects.count() == 1
    assert Api(alice).delete(f"{PATH}/{made}").status_code == 204
    assert_problem(Api(alice).delete(f"{PATH}/{made}"), 404, "not_found")


def test_signing_out_ends_the_subscription_of_that_browser_only(alice: User) -> None:
    here, there = Browser(alice), Browser(alice)
    subscribe(here, number=1)
    subscribe(there, number=2)
    assert here.send("POST", "/api/v1/auth/logout", {}).status_code == 204
    assert len(there.get(f"/api/v1/{PATH}").json()["subscriptions"]) == 1


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://127.0.0.1/x",
        "https://169.254.169.254/x.google.com/",
        "http://fcm.googleapis.com/x",
        "https://fcm.googleapis.com@evil.example/x",
        "https://fcm.googleapis.com:8443/x",
        "https://[::ffff:10.0.0.1]/x",
        "nonsense",
    ],
)
def test_an_endpoint_elsewhere_is_refused(endpoint: str, alice: User) -> None:
    answer = Api(alice).post(PATH, body(endpoint=endpoint))
    assert_problem(answer, 400, "push_endpoint_refused", "endpoint")
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize(
    "keys",
    [
        {**KEYS, "p256dh": KEYS["p256dh"][:-3] + "AAA"},
        {**KEYS, "p256dh": KEYS["auth"]},
        {**KEYS, "p256dh": "é"},
        {**KEYS, "auth": KEYS["auth"][:-2]},
        {**KEYS, "auth": "++++"},
    ],
)
def test_keys_that_nothing_can_be_encrypted_to_are_refused(keys: dict[str, str], alice: User) -> None:
    assert_problem(Api(alice).post(PATH, body(keys=keys)), 400, "push_keys_refused", "keys")
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize(
    ("fields", "parameter"),
    [
        ({"endpoint": 5}, "endpoint"),
        ({"endpoint": None}, "endpoint"),
        ({"endpoint": "https://fcm.googleapis.com/" + "x" * 1000}, "endpoint"),
        ({"keys": None}, "keys"),
        ({"keys": "x"}, "keys"),
        ({"keys": []}, "keys"),
        ({"keys": {}}, "keys"),
        ({"keys": {"p256dh": KEYS["p256dh"]}}, "keys"),
        ({"keys": {**KEYS, "auth": 5}}, "keys"),
        ({"keys": {**KEYS, "auth": "x" * 25}}, "keys"),
        ({"keys": {**KEYS, "p256dh": "x" * 89}}, "keys"),
        ({"name": 5}, "name"),
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "a\0b"}, "name"),
    ],
)
def test_it_names_the_field_that_is_wrong(fields: dict[str, Any], parameter: str, alice: User) -> None:
    assert_problem(Api(alice).post(PATH, body(**fields)), 400, "invalid_parameter", parameter)


@pytest.mark.parametrize("missing", ["endpoint", "keys"])
def test_both_are_needed(missing: str, alice: User) -> None:
    given = body()
    del given[missing]
    assert_problem(Api(alice).post(PATH, given), 400, "invalid_parameter", missing)


@pytest.mark.parametrize(
    ("fields", "parameter"),
    [
        ({"user": 1}, "user"),
        ({"expirationTime": None}, "expirationTime"),
        ({"keys": {**KEYS, "colour": "red"}}, "keys.colour"),
    ],
)
def test_it_refuses_what_it_does_not_know(fields: dict[str, Any], parameter: str, alice: User) -> None:
    assert_problem(Api(alice).post(PATH, body(**fields)), 400, "unknown_parameter", parameter)


@pytest.mark.parametrize("path", ["push/key?x=1", "push/subscriptions?x=1"])
def test_it_refuses_a_query(path: str, alice: User) -> None:
    assert_problem(Api(alice).get(path), 400, "unknown_parameter", "x")
