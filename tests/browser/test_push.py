"""Push notifications, from the click that turns them on to the click on one: the page, the server, a worker, a push
service that decrypts what it gets, and the service worker that shows it."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from backend.accounts.models import User
from tests.browser.device import Device
from tests.browser.push_manager import fake_push_manager, fake_push_manager_in
from tests.browser.worker import ServiceWorker
from tests.conftest import Api
from tests.support.hark import Hark
from tests.support.push_service import PushService, Subscriber, push_service
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("browser_path")]

DELAYS = {"HARK_PUSH_DELAY": "1", "HARK_AWAY_AFTER": "3"}  # seconds
DEVICES = "() => fetch('/api/v1/push/subscriptions').then((response) => response.json())"
UNREACHABLE = "() => Promise.reject(new DOMException('', 'AbortError'))"
Make = Callable[..., Device]


@pytest.fixture(scope="module")
def chromium(whole_chromium: Browser) -> Browser:
    """One that shows notifications."""
    return whole_chromium


@pytest.fixture
def service() -> Iterator[PushService]:
    with push_service() as service:
        yield service
    assert service.faults == []


@pytest.fixture
def chat(hark: Hark, service: PushService, alice: User, direct: int) -> Hark:
    """Alice has written to laptop. The push service is one that is allowed."""
    Api(alice).say(direct, "Good morning, Bob")
    hark.start("web", HARK_PUSH_HOSTS=service.host, **DELAYS)
    return hark


@pytest.fixture
def subscriber(service: PushService) -> Subscriber:
    """What bob's browser is to the push service."""
    return service.subscriber()


@pytest.fixture
def laptop(chat: Hark, device: Make, subscriber: Subscriber) -> Device:
    """Bob's, whose browser is ready to take pushes; he is signed in."""
    laptop = device(permissions=["notifications"])
    fake_push_manager(laptop.context, subscriber.body)
    laptop.page.reload()
    laptop.sign_in("bob@example.com")
    expect(laptop.in_list("Alice")).to_be_visible()
    return laptop


def settings(device: Device) -> Locator:
    """Go there."""
    device.page.get_by_role("button", name="Your account").click()
    device.page.get_by_role("menuitem", name="Settings").click()
    return device.page.get_by_role("region", name="Settings")


def turn_on(device: Device, subscriber: Subscriber) -> ServiceWorker:
    """Click; the push service then takes pushes of this server alone (RFC 8292, 4)."""
    settings(device).get_by_role("button", name="Turn on in this browser").click()
    expect(device.page.get_by_text("Push notifications are on in this browser.")).to_be_visible()
    subscriber.application_key = device.page.evaluate("localStorage.getItem('test-push-key')")
    return ServiceWorker(device)


def devices(device: Device) -> list[dict[str, Any]]:
    """The subscriptions of who is signed in there, as the server has them."""
    found: list[dict[str, Any]] = device.page.evaluate(DEVICES)["subscriptions"]
    return found


def test_a_click_turns_push_on_and_another_one_off(laptop: Device, subscriber: Subscriber) -> None:
    turn_on(laptop, subscriber)
    shown = laptop.page.locator("#device-list > li")
    expect(shown).to_contain_text(["This browser · Last seen"])
    expect(shown).to_contain_text(["Chrome on Linux"])
    assert len(devices(laptop)) == 1

    laptop.page.reload()
    expect(laptop.page.get_by_text("Push notifications are on in this browser.")).to_be_visible()
    laptop.page.get_by_role("button", name="Turn off in this browser").click()
    expect(laptop.page.get_by_text("Push notifications are off in this browser.")).to_be_visible()
    expect(shown).to_have_count(0)
    assert devices(laptop) == []
    assert laptop.page.evaluate("navigator.serviceWorker.ready.then((it) => it.pushManager.getSubscription())") is None


def test_a_browser_whose_person_has_forbidden_it_says_where_to_allow_it(chat: Hark, device: Make) -> None:
    laptop = device()
    laptop.page.add_init_script("Object.defineProperty(Notification, 'permission', { get: () => 'denied' })")
    laptop.page.reload()
    laptop.sign_in("bob@example.com")
    here = settings(laptop)
    expect(here.get_by_text("This browser blocks notifications of this site.")).to_be_visible()
    expect(here.get_by_role("button", name="Turn on in this browser")).not_to_be_visible()


def test_a_push_service_that_does_not_answer_is_said_so(laptop: Device) -> None:
    laptop.page.evaluate(f"() => {{ PushManager.prototype.subscribe = {UNREACHABLE}; }}")
    settings(laptop).get_by_role("button", name="Turn on in this browser").click()
    expect(laptop.page.locator("#here-status")).to_contain_text("could not reach its push service")
    expect(laptop.page.get_by_text("Push notifications are off in this browser.")).to_be_visible()


def test_a_message_to_somebody_who_is_away_becomes_a_notification_that_leads_to_it(
    chat: Hark, service: PushService, device: Make, laptop: Device, subscriber: Subscriber, direct: int
) -> None:
    chat.start("worker", "beat", HARK_PUSH_HOSTS=service.host, **DELAYS)
    laptop.open("Alice")
    expect(laptop.message("Good morning, Bob")).to_be_visible()
    worker = turn_on(laptop, subscriber)
    laptop.page.get_by_role("button", name="Send a test to Chrome on Linux").click()
    expect(laptop.page.locator("#devices-status")).to_contain_text("On its way.")
    wait_until(lambda: subscriber.pushes, "the test", seconds=60)
    worker.push(subscriber.pushes[0].json)
    assert worker.tags() == ["test"]

    laptop.turn("hidden")
    alice = device()
    alice.sign_in("alice@example.com")
    alice.open("Bob")
    alice.write("The harbour is lit.")
    wait_until(lambda: len(subscriber.pushes) == 2, "a push for bob", seconds=60)
    expect(alice.message("The harbour is lit.")).to_contain_text("push sent")
    worker.push(subscriber.pushes[1].json)
    [shown] = worker.shown()
    assert (shown["title"], shown["tag"], shown["lang"]) == ("Alice", f"c{direct}", "en")
    assert "The harbour is lit." in shown["body"]

    worker.click(f"c{direct}")
    laptop.turn("visible")
    expect(laptop.message("The harbour is lit.")).to_be_visible()
    expect(alice.message("The harbour is lit.").get_by_text("Read", exact=True)).to_be_visible()
    worker.wait_for_tags()


def test_signing_out_ends_the_pushes_of_this_browser(laptop: Device, subscriber: Subscriber) -> None:
    worker = turn_on(laptop, subscriber)
    worker.push(json.dumps({"tag": "c1", "title": "Alice", "body": "for Bob only", "url": "/c/1", "conversation": 1}))
    assert worker.tags() == ["c1"]
    asked = laptop.traffic.asked
    laptop.sign_out()
    expect(laptop.page.get_by_role("heading", name="Sign in")).to_be_visible()
    writes = [request.url.rpartition("/api/v1/")[2] for request in asked if request.method in ("POST", "DELETE")]
    assert [path.rpartition("/")[0] for path in writes[-2:]] == ["push/subscriptions", "auth"], "in this order"
    assert worker.tags() == []
    laptop.sign_in("bob@example.com")
    expect(laptop.in_list("Alice")).to_be_visible()
    assert devices(laptop) == []
    assert laptop.page.evaluate("localStorage.getItem('hark-push')") is None


def test_another_person_who_signs_in_here_takes_the_browser_over(laptop: Device, subscriber: Subscriber) -> None:
    turn_on(laptop, subscriber)
    [before] = devices(laptop)
    laptop.context.clear_cookies()  # his session ends without a word from him
    laptop.page.reload()
    laptop.sign_in("alice@example.com")
    # If his page was painted before the server had said that his session is over, hers begins at the list.
    expect(settings(laptop).get_by_text("Push notifications are on in this browser.")).to_be_visible()
    laptop.until(lambda: len(devices(laptop)) == 1, "it is alice's now")
    assert devices(laptop)[0]["id"] != before["id"]


def test_a_device_can_be_removed_from_another_one_and_does_not_come_back(
    laptop: Device, subscriber: Subscriber, device: Make
) -> None:
    turn_on(laptop, subscriber)
    telephone = device()
    telephone.sign_in("bob@example.com")
    settings(telephone)
    telephone.page.get_by_role("button", name="Remove Chrome on Linux").click()
    expect(telephone.page.get_by_text("No browser of yours takes push notifications yet.")).to_be_visible()
    # The next day.
    laptop.page.evaluate(
        """() => {
            const known = JSON.parse(localStorage.getItem("hark-push"));
            localStorage.setItem("hark-push", JSON.stringify({ ...known, at: known.at - 86400000 }));
        }"""
    )
    laptop.page.reload()
    expect(laptop.page.get_by_text("Push notifications are off in this browser.")).to_be_visible()
    assert devices(laptop) == []


def test_a_subscription_that_the_push_service_ends_is_made_anew_by_the_service_worker(
    laptop: Device, service: PushService, subscriber: Subscriber
) -> None:
    worker = turn_on(laptop, subscriber)
    [before] = devices(laptop)
    other = service.subscriber()
    fake_push_manager_in(worker, other.body)
    worker.lose_subscription()
    key = laptop.page.evaluate("fetch('/api/v1/push/key').then((response) => response.json())")["key"]
    assert worker.worker.evaluate("self.askedFor") == key
    assert len([each for each in devices(laptop) if each["id"] != before["id"]]) == 1

    laptop.context.clear_cookies(name="csrftoken")
    third = service.subscriber()
    fake_push_manager_in(worker, third.body)
    worker.lose_subscription()
    assert len(devices(laptop)) == 3, "the worker has got itself a new token"
