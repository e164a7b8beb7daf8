"""The service worker: what it shows, closes and opens."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Error, expect

from backend.accounts.models import User
from tests.browser.device import Device
from tests.browser.worker import ServiceWorker, payload, start_service_worker
from tests.conftest import Api
from tests.support.hark import Hark

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("browser_path")]

Make = Callable[..., Device]
UNREADABLE = (
    "",
    "not JSON",
    "null",
    "[]",
    "7",
    '{"title": 5, "tag": "c1"}',
    '{"title": "Bob"}',
    '{"title": "", "tag": ""}',
)
ODD = ({"body": 7}, {"dir": "up"}, {"timestamp": "soon"}, {"unread_tags": "c1"}, {"lang": None}, {"url": 5})
LEADS = {
    "/c/12": "/c/12",
    "/settings": "/settings",
    "https://evil.example/c/12": "/",
    "//evil.example/": "/",
    "javascript:alert(1)": "/",
    "http://[": "/",
    None: "/",
}


@pytest.fixture(scope="module")
def chromium(whole_chromium: Browser) -> Browser:
    """One that shows notifications."""
    return whole_chromium


@pytest.fixture
def chat(hark: Hark, bob: User, direct: int, group: int) -> Hark:
    """Bob has written to alice in both of their conversations."""
    Api(bob).say(direct, "Good morning, Alice")
    Api(bob).say(group, "Good morning, all")
    hark.start("web")
    return hark


@pytest.fixture
def laptop(chat: Hark, device: Make) -> Device:
    """At the list of her conversations, in a browser that may show notifications."""
    laptop = device(permissions=["notifications"])
    laptop.sign_in("alice@example.com")
    expect(laptop.in_list("Bob")).to_be_visible()
    return laptop


@pytest.fixture
def worker(laptop: Device) -> ServiceWorker:
    return start_service_worker(laptop)


def test_the_page_may_register_nothing_but_its_own_worker(laptop: Device) -> None:
    with pytest.raises(Error, match="TrustedScriptURL"):
        laptop.page.evaluate("navigator.serviceWorker.register('/sw.js')")
    with pytest.raises(Error, match="hark-other"):
        laptop.page.evaluate("trustedTypes.createPolicy('hark-other', {}).name")
    laptop.complaints[:] = [line for line in laptop.complaints if "rusted" not in line]


def test_a_push_is_shown(worker: ServiceWorker, direct: int) -> None:
    worker.push(payload(direct, title="بوب", lang="ar", dir="rtl"))
    worker.wait_for_tags(f"c{direct}")
    shown = worker.shown()[0]
    assert (shown["title"], shown["body"], shown["lang"], shown["dir"]) == ("بوب", "Are you there?", "ar", "rtl")
    assert shown["renotify"] is True
    assert shown["timestamp"] == shown["data"]["timestamp"] == 1_795_000_000_000
    for picture in (shown["icon"], shown["badge"]):
        assert worker.device.page.evaluate("url => fetch(url).then(({ status }) => status)", picture) == 200


def test_the_next_one_of_a_conversation_takes_its_place_and_a_doubled_one_is_not_heard(
    worker: ServiceWorker, direct: int
) -> None:
    heard = []
    for fields in ({}, {}, {"body": "Hello?", "timestamp": 1_795_000_060_000}):
        worker.push(payload(direct, **fields))
        heard += [(each["body"], each["renotify"]) for each in worker.shown()]
    assert heard == [("Are you there?", True), ("Are you there?", False), ("Hello?", True)]


def test_what_was_read_elsewhere_is_closed_by_the_next_push(worker: ServiceWorker) -> None:
    for conversation in (91, 92, 93):
        worker.push(payload(conversation, unread_tags=["c91", "c92", "c93"]))
    worker.push({"tag": "test", "title": "Hark", "body": "This is a test.", "url": "/", "unread_tags": []})
    worker.wait_for_tags("c91", "c92", "c93", "test")
    worker.push(payload(94, unread_tags=["c92", "c94"]))
    worker.wait_for_tags("c92", "c94")


def test_what_cannot_be_read_is_shown_in_words_that_are_always_true(worker: ServiceWorker) -> None:
    for data in UNREADABLE:
        worker.push(data)
        worker.wait_for_tags("hark")
        shown = worker.shown()[0]
        assert (shown["title"], shown["body"], shown["data"]["url"]) == ("Hark", "You have new messages.", "/"), data
        worker.close_all()


def test_a_field_that_is_odd_does_not_keep_the_rest_from_being_shown(worker: ServiceWorker, direct: int) -> None:
    for odd in ODD:
        worker.push(payload(direct, **odd))
        worker.wait_for_tags(f"c{direct}")
        assert worker.shown()[0]["title"] == "Bob", odd
        worker.close_all()


def test_a_conversation_that_somebody_looks_at_is_not_announced(worker: ServiceWorker, direct: int, group: int) -> None:
    laptop = worker.device
    laptop.open("Bob")
    laptop.page.bring_to_front()
    worker.push(payload(direct))
    worker.push(payload(group, unread_tags=[f"c{group}", f"c{direct}"]))
    worker.wait_for_tags(f"c{group}")


def test_a_click_goes_to_the_conversation_without_a_reload(worker: ServiceWorker, direct: int, group: int) -> None:
    laptop = worker.device
    laptop.open("Harbour light")
    laptop.page.evaluate("window.wasNotReloaded = true")
    worker.push(payload(direct, unread_tags=[f"c{group}", f"c{direct}"]))
    worker.wait_for_tags(f"c{direct}")
    assert worker.click(f"c{direct}") == {"opened": [], "focused": 1}
    expect(laptop.page.locator("#open-title")).to_have_text("Bob")
    expect(laptop.message("Good morning, Alice")).to_be_visible()
    assert laptop.page.evaluate("window.wasNotReloaded")
    worker.wait_for_tags()


def test_a_click_without_a_page_opens_one_of_this_site_and_no_other(worker: ServiceWorker, direct: int) -> None:
    worker.device.page.goto("/api/docs")  # of this site, but not the chat
    for url, path in LEADS.items():
        worker.push(payload(direct, url=url))
        worker.wait_for_tags(f"c{direct}")
        assert worker.click(f"c{direct}") == {"opened": [path], "focused": 0}, url
        worker.wait_for_tags()


def test_reading_closes_the_notification_here_and_on_the_other_device(
    worker: ServiceWorker, direct: int, group: int, device: Make
) -> None:
    laptop = worker.device
    both = [f"c{direct}", f"c{group}"]
    for conversation in (direct, group):
        worker.push(payload(conversation, unread_tags=both))
    worker.wait_for_tags(*both)
    laptop.open("Bob")
    worker.wait_for_tags(f"c{group}")
    telephone = device()
    telephone.sign_in("alice@example.com")
    telephone.open("Harbour light")
    worker.wait_for_tags()
