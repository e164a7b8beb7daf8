"""Pushes to a service that decrypts them, and whatever it answers."""

import logging
import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django.utils.http import http_date

from backend.accounts.models import User
from backend.notifications.models import Delivery, PushSubscription
from backend.notifications.push import vapid
from backend.notifications.push.keys import keys_check
from backend.notifications.services.subscriptions import FAILING_MOST, Browser, subscription_keep
from backend.notifications.verdicts import Channel
from tests.support import push_service as service_module
from tests.support.push_letters import letter_of, missed
from tests.support.push_service import (
    Behaviour,
    Handler,
    PushService,
    Subscriber,
    dripping_body,
    dripping_headers,
    endless_body,
    huge_body,
    never,
    push_service,
    redirect,
    slow,
    status,
)
from worker.channels import CHANNELS, webpush
from worker.channels.outcome import Gone, PermanentFailure, TransientFailure
from worker.channels.webpush import batch, line
from worker.letter import Letter

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(settings: Any) -> Iterator[PushService]:
    with push_service() as service:
        settings.HARK_PUSH_HOSTS = [service.host]
        yield service


@pytest.fixture
def browser(service: PushService) -> Subscriber:
    """It takes pushes of this server only."""
    return service.subscriber(vapid.public_key())


def keep(user: User, browser: Subscriber) -> PushSubscription:
    given = browser.body
    kept = Browser(given["endpoint"], keys_check(**given["keys"]), "", "Firefox/1 Linux", None)
    return subscription_keep(user=user, browser=kept)[0]


def letter_to(user: User, browser: Subscriber, *texts: str, hide: bool = False) -> Letter:
    """About these messages; a test letter if there are none."""
    letter = letter_of(*(missed(text, seq=seq) for seq, text in enumerate(texts)), hide=hide)
    delivery = Delivery(
        recipient=user, channel=Channel.PUSH, subscription=keep(user, browser), created_at=timezone.now()
    )
    return Letter(delivery, user, hide, letter.parts)


def send(*letters: Letter) -> list[Exception | None]:
    """The outcomes, in the order of the letters."""
    outcomes = {id(letter): outcome for letter, outcome in webpush.send(letters)}
    assert len(outcomes) == len(letters)
    return [outcomes[id(letter)] for letter in letters]


def failures(user: User) -> list[int]:
    return list(PushSubscription.objects.filter(user=user).values_list("failures", flat=True))


def test_a_push_can_be_read_by_its_browser_and_proves_who_sends_it(
    service: PushService, browser: Subscriber, bob: User, settings: Any
) -> None:
    settings.DEFAULT_FROM_EMAIL = "Hark <hark@example.org>"
    assert send(letter_to(bob, browser, "See you at 8 🌅")) == [None]
    (push,) = browser.pushes
    assert (push.json["title"], push.json["body"], push.json["tag"]) == ("Alice", "See you at 8 🌅", "c12")
    assert (push.ttl, push.urgency, len(push.topic)) == (86400, "high", 32)
    assert set(push.claims) == {"aud", "exp", "sub"}
    assert push.claims["sub"] == "mailto:hark@example.org"
    assert 0 < push.claims["exp"] - time.time() <= 12 * 3600
    assert push.headers["content-type"] == "application/octet-stream"
    assert "cookie" not in push.headers
    assert service.faults == []


def test_the_service_checks_what_it_gets(service: PushService, bob: User) -> None:
    foreign = service.subscriber(
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
    )
    (outcome,) = send(letter_to(bob, foreign, "Hello"))
    assert isinstance(outcome, TransientFailure)
    assert service.faults == ["another server's key"]


def test_each_push_names_its_own_service(bob: User, settings: Any) -> None:
    with push_service() as one, push_service() as two:
        settings.HARK_PUSH_HOSTS = [one.host, two.host]
        letters = [letter_to(bob, service.subscriber(), "Hello") for service in (one, two, one, two)]
        assert send(*letters) == [None] * 4
        assert (one.faults, two.faults) == ([], [])
        assert {push.claims["aud"] for push in one.pushes} == {one.origin}


def test_a_repeated_push_takes_the_place_of_the_first(browser: Subscriber, bob: User) -> None:
    letter = letter_to(bob, browser, "Hello")
    assert send(letter) == send(letter) == [None]
    assert (len(browser.pushes), len(browser.waiting)) == (2, 1)
    assert browser.pushes[0].json == browser.pushes[1].json
    assert browser.pushes[0].headers["authorization"]


def test_a_hidden_one_and_a_test_say_little(browser: Subscriber, bob: User) -> None:
    assert send(letter_to(bob, browser, "secret", hide=True), letter_to(bob, browser)) == [None, None]
    bodies = {push.json["tag"]: push.json["body"] for push in browser.pushes}
    assert bodies == {"c12": "You have 1 new message", "test": "This is a test. Notifications reach this browser."}


def test_a_batch_asks_the_database_twice(
    service: PushService, alice: User, bob: User, django_assert_num_queries: Any
) -> None:
    letters = [letter_to(user, service.subscriber(), "Hello") for user in (alice, bob) * 3]
    with django_assert_num_queries(2):
        assert send(*letters) == [None] * 6


def test_a_connection_is_kept_for_the_next_push(service: PushService, bob: User) -> None:
    send(*(letter_to(bob, service.subscriber(), "Hello") for _ in range(10)))
    assert service.connections <= batch.AT_ONCE


def test_cookies_are_not_given_back(service: PushService, bob: User) -> None:
    heard: list[str | None] = []
    taken = status(201, Set_Cookie="who=hark")

    def listen(handler: Handler) -> None:
        heard.append(handler.headers.get("Cookie"))
        taken(handler)

    service.answer_always(listen)
    assert send(*(letter_to(bob, service.subscriber(), "Hello") for _ in range(10))) == [None] * 10
    assert heard == [None] * 10


def test_the_environment_gives_no_proxy(
    service: PushService, browser: Subscriber, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with push_service() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.origin)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        assert send(letter_to(bob, browser, "Hello")) == [None]
        assert (proxy.requests, len(browser.pushes)) == (0, 1)


# --- every answer --------------------------------------------------------------------------------------------------

ANSWERS = [
    (status(200), None, 0),
    (status(201), None, 0),
    (status(204), None, 0),
    (status(400, b"no"), PermanentFailure, 1),
    (status(401), TransientFailure, 0),
    (status(403, b'{"reason":"BadJwtToken"}'), TransientFailure, 0),
    (status(404), Gone, 0),
    (status(405), PermanentFailure, 1),
    (status(410), Gone, 0),
    (status(429), TransientFailure, 0),
    (status(500), TransientFailure, 1),
    (status(502), TransientFailure, 1),
    (status(503), TransientFailure, 0),
    (redirect("https://127.0.0.1/"), PermanentFailure, 1),
]


@pytest.mark.parametrize(("behaviour", "kind", "counted"), ANSWERS)
def test_every_answer_has_its_outcome(
    behaviour: Behaviour,
    kind: type[Exception] | None,
    counted: int,
    service: PushService,
    browser: Subscriber,
    bob: User,
) -> None:
    service.answer_always(behaviour)
    (outcome,) = send(letter_to(bob, browser, "Hello"))
    assert type(outcome) is (kind or type(None))
    assert failures(bob) == [counted]
    assert service.requests == 1
    assert browser.endpoint not in str(outcome)


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(code: int, service: PushService, browser: Subscriber, bob: User) -> None:
    other = service.subscriber()
    service.answer(redirect(other.endpoint, code))
    (outcome,) = send(letter_to(bob, browser, "Hello"))
    assert isinstance(outcome, PermanentFailure)
    assert (service.requests, other.pushes, service.faults) == (1, [], [])


def test_what_is_too_large_is_sent_once_more_without_text(service: PushService, browser: Subscriber, bob: User) -> None:
    service.answer(status(413))
    assert send(letter_to(bob, browser, "secret")) == [None]
    assert [push.json["body"] for push in browser.pushes] == ["You have 1 new message"]
    service.answer_always(status(413))
    (outcome,) = send(letter_to(bob, browser, "secret"))
    assert isinstance(outcome, PermanentFailure)
    assert service.requests == 4
    assert failures(bob) == [0]


@pytest.mark.parametrize("code", [429, 503])
def test_a_busy_service_says_when_to_come_again(
    code: int, service: PushService, browser: Subscriber, bob: User
) -> None:
    service.answer(
        status(code, Retry_After="120"), status(code, Retry_After=http_date(time.time() + 600)), status(code)
    )
    letter = letter_to(bob, browser, "Hello")
    waits = [getattr(send(letter)[0], "after", None) for _ in range(3)]
    assert waits[0] == 120
    assert 590 < waits[1] <= 600
    assert waits[2] is None


@pytest.mark.parametrize("code", [401, 403])
def test_a_refused_key_is_our_fault_and_stops_the_batch(
    code: int, service: PushService, bob: User, caplog: pytest.LogCaptureFixture
) -> None:
    service.answer_always(status(code, b"BadJwtToken"))
    letters = [letter_to(bob, service.subscriber(), "Hello") for _ in range(10)]
    with caplog.at_level(logging.ERROR):
        outcomes = send(*letters)
    assert {type(outcome) for outcome in outcomes} == {TransientFailure}
    assert 1 <= service.requests <= batch.AT_ONCE
    assert [record.getMessage() for record in caplog.records] == [
        f"push: 127.0.0.1 refuses our VAPID key: {code} BadJwtToken"
    ]
    assert failures(bob) == [0] * 10
    service.answer_always(service_module.taken)
    assert send(*letters) == [None] * 10, "the next batch tries anew"


def test_refusals_for_more_than_a_day_end_the_subscription(
    service: PushService, browser: Subscriber, bob: User
) -> None:
    letter = letter_to(bob, browser, "Hello")
    service.answer_always(status(500))
    assert [type(send(letter)[0]) for _ in range(3)] == [TransientFailure] * 3
    PushSubscription.objects.update(failing_since=timezone.now() - FAILING_MOST - timedelta(seconds=1))
    service.answer(service_module.taken)
    assert send(letter) == [None]
    assert failures(bob) == [0], "a success is a fresh start"
    for kind in (TransientFailure, TransientFailure):
        assert type(send(letter)[0]) is kind
    PushSubscription.objects.update(failing_since=timezone.now() - FAILING_MOST - timedelta(seconds=1))
    assert type(send(letter)[0]) is Gone


# --- what is not sent at all ---------------------------------------------------------------------------------------


def test_a_browser_that_was_signed_out_gets_nothing(service: PushService, browser: Subscriber, bob: User) -> None:
    letter = letter_to(bob, browser, "Hello")
    PushSubscription.objects.all().delete()
    assert type(send(letter)[0]) is Gone
    letter.delivery.subscription_id = None
    assert type(send(letter)[0]) is Gone
    assert service.requests == 0


def test_a_browser_that_is_somebody_elses_by_now_gets_nothing(
    service: PushService, browser: Subscriber, alice: User, bob: User
) -> None:
    letter = letter_to(bob, browser, "Hello")
    PushSubscription.objects.update(user=alice)
    assert type(send(letter)[0]) is PermanentFailure
    assert service.requests == 0
    assert PushSubscription.objects.exists()


def test_a_service_that_is_not_listed_any_more_gets_nothing(
    service: PushService, browser: Subscriber, bob: User, settings: Any
) -> None:
    letter = letter_to(bob, browser, "Hello")
    settings.HARK_PUSH_HOSTS = ["fcm.googleapis.com"]
    assert type(send(letter)[0]) is PermanentFailure
    assert service.requests == 0


def test_one_that_cannot_be_built_holds_up_no_other(service: PushService, browser: Subscriber, bob: User) -> None:
    broken = letter_to(bob, service.subscriber(), "Hello")
    PushSubscription.objects.update(p256dh="x")
    bad, good = send(broken, letter_to(bob, browser, "Hello"))
    assert bad is not None
    assert not isinstance(bad, Gone | PermanentFailure | TransientFailure), "a fault of ours"
    assert good is None


# --- bounds --------------------------------------------------------------------------------------------------------


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bounds of one push, sooner; those of the batch come later than anybody waits here."""
    monkeypatch.setattr(line, "TIMEOUT", (1.0, 2.0))
    monkeypatch.setattr(batch, "PUSH_TIME", 2.0)
    monkeypatch.setattr(batch, "BEGIN_WITHIN", 60.0)


PATIENCE = 15  # seconds; what has no bound takes for ever


@pytest.mark.parametrize("behaviour", [endless_body(), huge_body(), dripping_body(), endless_body(429)])
def test_an_answer_without_an_end_is_read_to_its_status(
    behaviour: Behaviour, service: PushService, browser: Subscriber, bob: User, hurry: None
) -> None:
    service.answer(behaviour)
    started = time.monotonic()
    (outcome,) = send(letter_to(bob, browser, "Hello"))
    assert time.monotonic() - started < PATIENCE
    assert isinstance(outcome, TransientFailure)
    assert str(outcome)[:3] in {"500", "429"}
    assert len(str(outcome)) <= line.WORDS_MAX + 4
    assert send(letter_to(bob, browser, "Hello")) == [None], "the next one has a connection of its own"


@pytest.mark.parametrize("behaviour", [never, dripping_headers])
def test_a_service_that_does_not_answer_is_given_up(
    behaviour: Behaviour, service: PushService, browser: Subscriber, bob: User, hurry: None
) -> None:
    service.answer(behaviour)
    started = time.monotonic()
    (outcome,) = send(letter_to(bob, browser, "Hello"))
    assert time.monotonic() - started < PATIENCE
    assert isinstance(outcome, TransientFailure)
    assert browser.endpoint not in str(outcome)
    assert failures(bob) == [0], "no answer says nothing of the browser"


def test_a_service_that_is_not_there_is_given_up(service: PushService, browser: Subscriber, bob: User) -> None:
    letter = letter_to(bob, browser, "Hello")
    service.stop()
    (outcome,) = send(letter)
    assert isinstance(outcome, TransientFailure)
    assert str(outcome) == "127.0.0.1: ConnectionError"


def test_a_name_that_is_looked_up_for_ever_is_given_up(
    browser: Subscriber, bob: User, settings: Any, hurry: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = letter_to(bob, browser, "Hello")
    settings.HARK_PUSH_HOSTS = ["push.example.com"]
    PushSubscription.objects.update(endpoint="https://push.example.com/x")
    monkeypatch.setattr(batch, "BEGIN_WITHIN", 1.0)
    found = threading.Event()

    def look_up(*_: Any, **__: Any) -> Any:
        found.wait(60)
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    started = time.monotonic()
    (outcome,) = send(letter)
    found.set()
    assert time.monotonic() - started < PATIENCE
    assert (type(outcome), str(outcome)) == (TransientFailure, batch.NO_ANSWER)


def test_four_at_once_go_to_one_service_and_all_arrive(service: PushService, bob: User) -> None:
    service.answer_always(slow(0.05))
    browsers = [service.subscriber() for _ in range(10)]
    assert send(*(letter_to(bob, browser, "Hello") for browser in browsers)) == [None] * 10
    assert 2 <= service.most_at_once <= batch.AT_ONCE
    assert [len(browser.pushes) for browser in browsers] == [1] * 10
    assert service.faults == []


def test_one_slow_service_holds_up_no_other(bob: User, settings: Any, hurry: None) -> None:
    with push_service() as dead, push_service() as alive:
        settings.HARK_PUSH_HOSTS = [dead.host, alive.host]
        dead.answer_always(never)
        letters = [letter_to(bob, dead.subscriber(), "Hello") for _ in range(8)]
        letters += [letter_to(bob, alive.subscriber(), "Hello") for _ in range(2)]
        outcomes = list(webpush.send(letters))
        assert [outcome for _, outcome in outcomes[:2]] == [None, None]
        assert {type(outcome) for _, outcome in outcomes[2:]} == {TransientFailure}


def test_what_was_not_begun_in_time_is_put_back(
    service: PushService, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "BEGIN_WITHIN", 0.5)
    service.answer_always(slow(1.0))
    outcomes = send(*(letter_to(bob, service.subscriber(), "Hello") for _ in range(9)))
    begun = [outcome for outcome in outcomes if outcome is None]
    put_back = [outcome for outcome in outcomes if isinstance(outcome, TransientFailure)]
    assert len(begun) + len(put_back) == 9
    assert len(begun) == service.requests == len(service.pushes)
    assert len(put_back) >= 5
    assert {str(outcome) for outcome in put_back} == {batch.NOT_BEGUN}


def test_a_batch_is_over_before_the_task_and_the_lease_are() -> None:
    from backend.notifications.services.deliveries import LEASE
    from worker.celery import SOFT_LIMIT
    from worker.dispatch import BUDGET

    longest = batch.BEGIN_WITHIN + batch.PUSH_TIME + batch.GRACE
    assert BUDGET + longest < SOFT_LIMIT
    assert longest < LEASE / 2
    assert CHANNELS[Channel.PUSH].at_once > batch.AT_ONCE
