"""What one person may do: buckets by category, exact across threads and processes."""

import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from prometheus_client import REGISTRY

from backend.accounts.models import ApiToken, User
from backend.accounts.services import leftovers_purge
from backend.api.addresses import address_block
from backend.api.buckets import Bucket, buckets_spend
from backend.api.rates import Category, Rate, rates_of
from backend.api.throttling import Limited, Unlimited, person_charge, registry
from backend.chat.membership import conversation_open
from backend.chat.models import Participant
from backend.live.polls import POLLED
from tests.conftest import PASSWORD, Api, person, token_of
from tests.problems import assert_problem
from tests.routes import all_patterns, fill, operations
from tests.support.hark import Hark
from tests.support.history import add_history
from tests.support.http import Answer, request
from tests.support.threads import together

CONNECTIONS = 40  # to PostgreSQL at once, which takes a hundred
SLOWLY = 36_000  # seconds: nothing worth naming comes back while a test runs


def send_body() -> dict[str, str]:
    return {"client_id": str(uuid.uuid4()), "text": "hello"}


def group_of(owner: User, size: int) -> int:
    """The id of a group of this size."""
    emails = [f"p{uuid.uuid4().hex}@example.com" for _ in range(size - 1)]
    users = User.objects.bulk_create([User(email=email, name="Somebody", password="!") for email in emails])
    made, _ = conversation_open(user_id=owner.id, kind="group", others=[user.id for user in users], title="")
    return int(made["id"])


def fields_of(answer: Any, name: str) -> dict[str, dict[str, int]]:
    """The members of `RateLimit` or `RateLimit-Policy`: their parameters by name (RFC 9651)."""
    items = {}
    for item in answer[name].split(", "):
        assert re.fullmatch(r'"[a-z0-9-]+"(;[a-z]+=[0-9]+)+', item), item
        key, *parameters = item.split(";")
        assert key not in items
        items[key.strip('"')] = {one.partition("=")[0]: int(one.partition("=")[2]) for one in parameters}
    return items


@pytest.fixture
def browser(alice: User) -> Client:
    client = Client()
    client.force_login(alice)
    return client


# --- buckets


def spend(limit: int, *, cost: int = 1, window: int = SLOWLY, key: str = "x") -> bool:
    bucket = Bucket("x", key, Rate(limit, window))
    return buckets_spend([bucket], cost="%(cost)s", parameters={"cost": cost})[-1].had_room


def spend_often(once: Callable[[], bool]) -> int:
    """How many of 200 / CONNECTIONS had room."""
    return sum(once() for _ in range(200 // CONNECTIONS))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("limit", [1, 7, 90])
def test_two_hundred_requests_at_once_get_exactly_the_limit(limit: int) -> None:
    assert sum(together([partial(spend_often, lambda: spend(limit))] * CONNECTIONS)) == limit


@pytest.mark.django_db(transaction=True)
def test_a_narrow_bucket_protects_the_wide_one_behind_it() -> None:
    token, owner = Bucket("t", "t", Rate(30, SLOWLY)), Bucket("o", "o", Rate(60, SLOWLY))

    def both() -> bool:
        return buckets_spend([token, owner], cost="1", parameters={})[-1].had_room

    assert sum(together([partial(spend_often, both)] * CONNECTIONS)) == 30
    assert buckets_spend([owner], cost="1", parameters={})[-1].remaining == 60 - 30 - 1, "refused ones took nothing"


def test_what_a_refused_request_took_elsewhere_goes_back(db: None) -> None:
    first, second = Bucket("a", "a", Rate(10, SLOWLY)), Bucket("b", "b", Rate(1, SLOWLY))
    for expected in (True, False, False, False):
        assert buckets_spend([first, second], cost="1", parameters={})[-1].had_room is expected
    assert buckets_spend([first], cost="1", parameters={})[-1].remaining == 10 - 2


def test_units_come_back_evenly(db: None) -> None:
    assert [spend(4, window=40), spend(4, cost=3, window=40), spend(4, window=40)] == [True, True, False]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE api_bucket SET full_at = full_at - interval '21 seconds'")
    assert [spend(4, window=40) for _ in range(3)] == [True, True, False]


def test_a_cost_above_the_size_takes_a_full_bucket(db: None) -> None:
    assert [spend(5, cost=50), spend(5)] == [True, False]


def test_a_bucket_that_is_full_again_is_forgotten(db: None) -> None:
    spend(5)
    spend(5, key="old")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE api_bucket SET full_at = now() - interval '1 second' WHERE key = 'old'")
        leftovers_purge()
        cursor.execute("SELECT key FROM api_bucket")
        assert cursor.fetchall() == [("x",)]


def test_no_commit_waits_for_the_disk_because_of_a_bucket(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, relpersistence FROM pg_class WHERE relname IN ('api_bucket', 'api_attempt')")
        assert dict(cursor.fetchall()) == {"api_bucket": "u", "api_attempt": "p"}, "guesses outlive a crash"


# --- every route


@pytest.mark.parametrize(("method", "path"), operations())
def test_every_route_has_a_category_or_a_reason(method: str, path: str) -> None:
    [pattern] = [found for where, found in all_patterns() if where == f"api/v1/{path}"]
    limit = getattr(getattr(pattern.callback.cls, method), "limit", None)
    assert isinstance(limit, Limited | Unlimited), f"{method} {path}: give it @limited or @unlimited"
    if isinstance(limit, Unlimited):
        assert limit.reason
        counts = POLLED.fullmatch("/api/v1/" + fill(path)) is not None
        assert counts == ("gate" in limit.reason), "the gate counts what is left to it, at the paths that it knows"
    else:
        assert rates_of(limit.category)


# --- members


def test_after_the_burst_only_the_rate_passes(settings: Any, browser: Client, direct: int) -> None:
    settings.HARK_LIMIT_RATES = ["send=5/36000"]
    answers = [
        browser.post(f"/api/v1/conversations/{direct}/messages", send_body(), content_type="application/json")
        for _ in range(8)
    ]
    assert [answer.status_code for answer in answers] == [201] * 5 + [429] * 3
    assert [fields_of(answer, "RateLimit")["send"]["r"] for answer in answers] == [4, 3, 2, 1, 0, 0, 0, 0]
    assert_problem(answers[-1], 429, "too_many_requests")
    period = SLOWLY // 5
    assert period - 60 <= int(answers[-1]["Retry-After"]) <= period * 1.25 + 1
    assert fields_of(answers[-1], "RateLimit-Policy") == {"send": {"q": 5, "w": SLOWLY}}


def test_a_token_has_a_share_and_leaves_the_rest_to_its_owner(
    settings: Any, browser: Client, alice: User, direct: int
) -> None:
    settings.HARK_LIMIT_RATES = ["send=10/36000"]
    buggy, other = Api(alice), Api(alice)
    path = f"conversations/{direct}/messages"
    assert [buggy.post(path, send_body()).status_code for _ in range(7)] == [201] * 5 + [429] * 2
    assert set(fields_of(buggy.post(path, send_body()), "RateLimit")) == {"send-token"}
    assert browser.post(f"/api/v1/{path}", send_body(), content_type="application/json").status_code == 201
    last = [other.post(path, send_body()) for _ in range(5)]
    assert [answer.status_code for answer in last] == [201] * 4 + [429]
    left = fields_of(last[0], "RateLimit")
    assert {name: one["r"] for name, one in left.items()} == {"send-token": 4, "send": 3}
    assert all(0 < one["t"] <= SLOWLY // 5 for one in left.values())


@pytest.mark.parametrize(("size", "cost"), [(2, 1), (24, 1), (25, 2), (60, 3)])
def test_a_send_costs_by_its_readers(settings: Any, alice: User, size: int, cost: int) -> None:
    settings.HARK_LIMIT_RATES = ["send=100/36000"]
    answer = Api(alice).post(f"conversations/{group_of(alice, size)}/messages", send_body())
    assert fields_of(answer, "RateLimit")["send"]["r"] == 100 - cost


def test_what_is_left_does_not_tell_that_somebody_has_declined(settings: Any, alice: User) -> None:
    settings.HARK_LIMIT_RATES = ["send=100/36000"]
    group, api = group_of(alice, 25), Api(alice)
    rest = [fields_of(api.post(f"conversations/{group}/messages", send_body()), "RateLimit")["send"]["r"]]
    someone = Participant.objects.filter(conversation_id=group).exclude(user=alice)[:1]
    Participant.objects.filter(id__in=[row.id for row in someone]).update(requested_by=alice, left_at=timezone.now())
    rest += [fields_of(api.post(f"conversations/{group}/messages", send_body()), "RateLimit")["send"]["r"]]
    assert rest == [98, 96]


def test_a_stranger_learns_nothing_of_a_conversation_from_what_is_left(alice: User, dave: User) -> None:
    big, small = group_of(alice, 60), group_of(alice, 2)
    left = []
    for conversation in (big, small, 10**9):
        answer = Api(dave).post(f"conversations/{conversation}/messages", send_body())
        assert_problem(answer, 404, "not_found")
        left.append(fields_of(answer, "RateLimit")["send-token"]["r"])
    assert left in ([89, 89, 89], [89, 88, 87])


def test_changes_of_a_group_are_bounded(settings: Any, alice: User, group: int) -> None:
    settings.HARK_LIMIT_RATES = ["manage=4/36000", "change=6/36000", "account=8/36000"]
    api = Api(alice)
    api.say(group, "hello")
    renames = [api.patch(f"conversations/{group}", {"title": f"{n}"}).status_code for n in range(4)]
    edits = [api.patch(f"conversations/{group}/messages/1", {"text": f"{n}"}).status_code for n in range(5)]
    names = [api.patch("me", {"name": f"Alice {n}"}).status_code for n in range(6)]
    assert (renames, edits, names) == ([200] * 2 + [429] * 2, [200] * 3 + [429] * 2, [200] * 4 + [429] * 2)


def test_new_conversations_have_a_bound_per_day(settings: Any, browser: Client, bob: User, direct: int) -> None:
    settings.HARK_LIMIT_RATES = ["create=10/36000+3/86400"]

    def create(kind: str) -> Any:
        body = {"kind": kind, "participants": [bob.id]}
        return browser.post("/api/v1/conversations", body, content_type="application/json")

    answers = [create("group") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [201] * 3 + [429]
    assert_problem(answers[-1], 429, "daily_limit")
    assert int(answers[-1]["Retry-After"]) > 86_400 / 3 - 60
    assert create("direct").status_code == 200, "the one that is there may be opened as often as one likes"
    assert fields_of(answers[2], "RateLimit")["create"]["r"] == 7


def test_invited_people_have_a_bound_per_day(settings: Any, alice: User, bob: User) -> None:
    settings.HARK_LIMIT_RATES = ["invite=10/86400"]
    client = Client()
    client.force_login(alice)
    people = [person(f"p{number}").id for number in range(12)]

    def create(count: int) -> Any:
        body = {"kind": "group", "participants": people[:count]}
        return client.post("/api/v1/conversations", body, content_type="application/json")

    assert_problem(create(11), 400, "too_much_at_once")
    made = create(9)
    assert made.status_code == 201
    url = f"/api/v1/conversations/{made.json()['id']}/participants"
    added = [client.post(url, {"user": one}, content_type="application/json") for one in people[9:12]]
    assert [answer.status_code for answer in added] == [201, 429, 429]
    assert_problem(added[-1], 429, "daily_limit")


def test_tokens_cannot_be_made_without_end(settings: Any, alice: User) -> None:
    settings.HARK_LIMIT_RATES = ["token=3/36000"]
    body = {"email": alice.email, "password": PASSWORD, "name": "bot"}
    answers = [Api().post("auth/tokens", body).status_code for _ in range(5)]
    assert answers == [201] * 3 + [429] * 2
    assert ApiToken.objects.filter(user=alice).count() == 3


def test_searches_are_bounded(settings: Any, alice: User, direct: int) -> None:
    settings.HARK_LIMIT_RATES = ["search=6/36000"]
    api = Api(alice)
    assert [api.get("search?q=hello").status_code for _ in range(5)] == [200] * 3 + [429] * 2


def test_a_read_position_costs_by_what_is_counted_after_it(
    settings: Any, monkeypatch: pytest.MonkeyPatch, alice: User, bob: User, direct: int
) -> None:
    settings.HARK_LIMIT_RATES = ["mark=18/36000"]
    monkeypatch.setattr("backend.chat.services.COUNTED", 5)
    add_history(direct, alice, 30)
    api, position = Client(), f"/api/v1/conversations/{direct}"
    api.force_login(bob)
    for path, seq, status in (("read", 29, 200), ("unread", 2, 200), ("read", 9, 200), ("unread", 1, 429)):
        answer = api.put(f"{position}/{path}", {"seq": seq}, content_type="application/json")
        assert answer.status_code == status, (path, seq)


def test_one_person_leaves_the_others_alone(settings: Any, alice: User, bob: User, direct: int) -> None:
    settings.HARK_LIMIT_RATES = ["send=2/36000"]
    path = f"conversations/{direct}/messages"
    assert [Api(alice).post(path, send_body()).status_code for _ in range(3)] == [201, 201, 429]
    assert Api(bob).post(path, send_body()).status_code == 201


def test_an_absent_redis_opens_nothing(settings: Any, alice: User, direct: int) -> None:
    settings.HARK_LIMIT_RATES = ["typing=2/36000"]
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    api = Api(alice)
    typing = [api.put(f"conversations/{direct}/typing", {}).status_code for _ in range(3)]
    assert typing == [204, 429, 429]


def test_off_lifts_what_members_may_do_and_nothing_else(settings: Any, alice: User, direct: int) -> None:
    settings.HARK_LIMIT_RATES = ["send=1/36000", "anonymous=3/36000", "invite=1/86400"]
    settings.HARK_LIMITS = "off"
    path = f"conversations/{direct}/messages"
    answers = [Api(alice).post(path, send_body()) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [201] * 4
    assert "RateLimit" not in answers[0]
    assert group_of(alice, 3) and person_charge(user_id=alice.id, category=Category.REPLY) is None
    body = {"email": "nobody@example.com", "password": "wrong"}
    client = Client(enforce_csrf_checks=False)
    logins = [client.post("/api/v1/auth/tokens", body | {"name": "x"}, "application/json") for _ in range(4)]
    assert [answer.status_code for answer in logins] == [401] * 3 + [429]


# --- strangers


def test_the_unknown_are_counted_by_address_and_by_network(settings: Any, db: None) -> None:
    settings.HARK_LIMIT_RATES = ["anonymous=2/36000"]
    body = {"email": "nobody@example.com", "password": "wrong", "name": "x"}

    def ask(address: str) -> int:
        return int(Client(REMOTE_ADDR=address).post("/api/v1/auth/tokens", body, "application/json").status_code)

    assert [ask("192.0.2.1"), ask("192.0.2.1"), ask("192.0.2.1"), ask("192.0.2.2")] == [401, 401, 429, 401]
    assert [ask(f"2001:db8::{number}") for number in (1, 2, 3)] == [401, 401, 429]
    assert ask("2001:db8:0:1::1") == 401
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(key, ' ') FROM api_bucket")
        assert not re.search(r"192|2001", re.sub(r"[0-9a-f]{64}", "", cursor.fetchone()[0]))


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8::7", "2001:db8::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_networks(address: str, network: str) -> None:
    assert address_block(address) == network


# --- operators


def test_refusals_are_seen_in_the_metrics(settings: Any, alice: User, direct: int) -> None:
    settings.HARK_LIMIT_RATES = ["typing=2/36000"]
    before = registry.get_sample_value("hark_limits_refused_total", {"category": "typing"}) or 0
    api = Api(alice)
    for _ in range(4):
        api.put(f"conversations/{direct}/typing", {})
    alice.is_staff = True
    alice.save()
    text = api._client.get("/metrics", headers=api._headers).content.decode()
    assert f'hark_limits_refused_total{{category="typing"}} {before + 3}' in text
    assert "hark_limits_refused_total" not in REGISTRY._names_to_collectors


# --- two processes


@pytest.fixture
def two(hark: Hark, other: Hark) -> Iterator[tuple[Hark, Hark]]:
    """Two web processes on one database, with a send bucket of sixty."""
    for one in (hark, other):
        one.start("web", HARK_LIMIT_RATES="send=120/36000")
    yield hark, other


@pytest.mark.django_db(transaction=True)
def test_two_web_processes_and_two_hundred_requests_at_once_pass_exactly_the_limit(
    two: tuple[Hark, Hark], alice: User, direct: int
) -> None:
    token = token_of(alice)  # a token has half of the 120

    def ask(number: int) -> Answer:
        path = f"/api/v1/conversations/{direct}/messages"
        while True:
            answer = request(two[number % 2].port, "POST", path, token=token, body=send_body())
            if answer.status != 503:  # too much at once for the queue: it comes again
                return answer

    answers = together([lambda number=number: ask(number) for number in range(200)])
    assert Counter(answer.status for answer in answers) == {201: 60, 429: 140}
    refused = [answer for answer in answers if answer.status == 429]
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in refused)
    assert len({answer.headers["Retry-After"] for answer in refused}) > 10, "they do not come back together"
