"""From a message to what its reader's browser can read, through the database, the policy and the wire."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from backend.accounts.models import User
from backend.chat.models import Participant
from backend.chat.services import message_send, read_advance
from backend.notifications.models import Burst, Delivery, LogEntry, NotificationSettings, PushSubscription
from backend.notifications.verdicts import Channel, Verdict
from tests.support.push_service import PushService, Subscriber, push_service, status, taken_but_unanswered
from worker.dispatch import bursts_decide, deliveries_send

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(settings: Any) -> Iterator[PushService]:
    settings.HARK_PUSH_DELAY = 0
    settings.HARK_EMAIL_DELAY = 24 * 3600
    with push_service() as service:
        settings.HARK_PUSH_HOSTS = [service.host]
        yield service


@pytest.fixture
def phone(bob: User) -> Client:
    """Bob's, signed in."""
    phone = Client()
    phone.force_login(bob)
    return phone


def subscribe(client: Client, service: PushService) -> Subscriber:
    """As the page does it: with the key that the server tells."""
    browser = service.subscriber(client.get("/api/v1/push/key").json()["key"])
    made = client.post("/api/v1/push/subscriptions", browser.body, content_type="application/json")
    assert made.status_code == 201
    return browser


def say(sender: User, conversation_id: int, text: str) -> int:
    message, _ = message_send(sender_id=sender.id, conversation_id=conversation_id, client_id=uuid.uuid4(), text=text)
    return int(message["seq"])


def overdue() -> None:
    """As if everything had waited for an hour; in a test's transaction the database's clock stands still."""
    hour_ago = timezone.now() - timedelta(hours=1)
    Participant.objects.exclude(waiting_since=None).update(waiting_since=hour_ago)
    Burst.objects.update(due_at=hour_ago)
    Delivery.objects.filter(state="due").update(due_at=hour_ago)


def decide() -> None:
    overdue()
    bursts_decide()


def send() -> int:
    overdue()
    return deliveries_send(Channel.PUSH)


def test_a_message_reaches_every_browser_of_its_reader_once(
    service: PushService, phone: Client, alice: User, direct: int
) -> None:
    browsers = [subscribe(phone, service) for _ in range(3)]
    say(alice, direct, "See you at 8 🌅")
    decide()
    decide()
    assert (send(), send()) == (3, 0)
    for browser in browsers:
        (push,) = browser.pushes
        assert (push.json["title"], push.json["body"]) == ("Alice", "See you at 8 🌅")
        assert (push.json["url"], push.json["unread_tags"]) == (f"/c/{direct}", [f"c{direct}"])
        assert push.urgency == "high"
    assert service.faults == []
    assert Delivery.objects.filter(channel="push", state="sent").count() == len(service.pushes) == 3


def test_many_messages_are_one_push(service: PushService, phone: Client, alice: User, direct: int) -> None:
    browser = subscribe(phone, service)
    for number in range(30):
        say(alice, direct, f"message {number}")
    decide()
    send()
    (push,) = browser.pushes
    assert push.json["body"] == "30 new messages\nmessage 29"


def test_each_conversation_has_a_push_and_a_topic_of_its_own(
    service: PushService, phone: Client, alice: User, direct: int, group: int
) -> None:
    browser = subscribe(phone, service)
    say(alice, direct, "Hello")
    say(alice, group, "Hello all")
    decide()
    send()
    assert {push.json["tag"]: push.urgency for push in browser.pushes} == {f"c{direct}": "high", f"c{group}": "normal"}
    assert len(browser.waiting) == 2
    assert {tuple(push.json["unread_tags"]) for push in browser.pushes} == {
        (f"c{direct}", f"c{group}"),
        (f"c{group}", f"c{direct}"),
    }


def test_what_was_taken_without_an_answer_is_sent_again_and_shown_once(
    service: PushService, phone: Client, alice: User, direct: int
) -> None:
    browser = subscribe(phone, service)
    service.answer(taken_but_unanswered)
    say(alice, direct, "Hello")
    decide()
    send()
    assert Delivery.objects.get().state == Delivery.State.DUE
    send()
    first, second = browser.pushes
    assert (first.topic, first.json) == (second.topic, second.json)
    assert list(browser.waiting.values()) == [second]
    assert Delivery.objects.get().state == Delivery.State.SENT


def test_what_was_read_meanwhile_is_not_sent(
    service: PushService, phone: Client, alice: User, bob: User, direct: int
) -> None:
    browser = subscribe(phone, service)
    seq = say(alice, direct, "Hello")
    decide()
    read_advance(user_id=bob.id, conversation_id=direct, seq=seq)
    assert send() == 0
    assert (browser.pushes, service.requests) == ([], 0)
    assert Delivery.objects.get().state == Delivery.State.CANCELLED


def test_hidden_content_stays_hidden(service: PushService, phone: Client, alice: User, bob: User, direct: int) -> None:
    browser = subscribe(phone, service)
    NotificationSettings.objects.update_or_create(user=bob, defaults={"hide_content": True})
    say(alice, direct, "secret")
    decide()
    send()
    (push,) = browser.pushes
    assert (push.json["title"], push.json["body"]) == ("Hark", "You have 1 new message")
    assert b"secret" not in push.payload
    assert b"Alice" not in push.payload


def test_a_browser_that_has_unsubscribed_is_forgotten(
    service: PushService, phone: Client, alice: User, direct: int
) -> None:
    browsers = [subscribe(phone, service) for _ in range(2)]
    service.answer_always(status(410))
    say(alice, direct, "Hello")
    decide()
    send()
    assert [browser.pushes for browser in browsers] == [[], []]
    assert not PushSubscription.objects.exists()
    assert set(Delivery.objects.values_list("state", flat=True)) == {"gone"}
    assert LogEntry.objects.filter(verdict=Verdict.GONE).count() == 2


def test_who_signs_out_gets_nothing_that_was_on_its_way(
    service: PushService, phone: Client, alice: User, direct: int
) -> None:
    browser = subscribe(phone, service)
    say(alice, direct, "Hello")
    decide()
    assert phone.post("/api/v1/auth/logout", {}, content_type="application/json").status_code == 204
    send()
    assert (browser.pushes, service.requests) == ([], 0)
    assert Delivery.objects.get().state != Delivery.State.DUE


def test_who_takes_a_browser_over_gets_nothing_of_the_former_reader(
    service: PushService, phone: Client, alice: User, carol: User, direct: int
) -> None:
    browser = subscribe(phone, service)
    say(alice, direct, "for Bob only")
    decide()
    taken_over = Client()
    taken_over.force_login(carol)
    again = taken_over.post("/api/v1/push/subscriptions", browser.body, content_type="application/json")
    assert again.status_code == 200
    send()
    assert (browser.pushes, service.requests) == ([], 0)
    assert PushSubscription.objects.get().user_id == carol.id


def test_a_busy_service_is_asked_again_when_it_said(
    service: PushService, phone: Client, alice: User, direct: int
) -> None:
    browser = subscribe(phone, service)
    service.answer(status(429, Retry_After="600"))
    say(alice, direct, "Hello")
    decide()
    send()
    waits = Delivery.objects.get().due_at - timezone.now()
    assert timedelta(seconds=590) < waits
    send()
    assert len(browser.pushes) == 1


def test_a_refused_push_is_a_dead_letter_in_the_words_of_the_service(
    service: PushService, phone: Client, alice: User, direct: int
) -> None:
    subscribe(phone, service)
    service.answer(status(400, b"no such\r\nencoding\x00"))
    say(alice, direct, "Hello")
    decide()
    send()
    dead = Delivery.objects.get()
    assert (dead.state, dead.error) == (Delivery.State.DEAD, "400 no such encoding")
