"""The settings: saved at once, kept, and never lost by a failure."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Route, expect

from backend.accounts.models import User
from backend.notifications.models import Burst, LogEntry, Suppression
from tests.browser.device import Device
from tests.browser.test_two_people import sideways
from tests.support.hark import Hark

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("browser_path")]

Make = Callable[..., Device]
DESKTOP = {"viewport": {"width": 1280, "height": 900}}
TELEPHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SMALL = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True}
TARGET_MIN = 24  # CSS pixels (WCAG 2.2, 2.5.8)
LOGGED, PAGE = 30, 20  # entries
# A link within a sentence is excepted by the standard.
SMALL_TARGETS = """minimum => [...document.querySelectorAll("#settings :is(button, input, select, a.icon-button)")]
    .filter((each) => each.checkVisibility())
    .map((each) => [each.id || each.textContent, each.getBoundingClientRect()])
    .filter(([, { width, height }]) => width < minimum || height < minimum)
    .map(([name]) => name)"""


@pytest.fixture
def chat(hark: Hark, alice: User, direct: int) -> Hark:
    """Alice's mail server refused a mail, and much was held back."""
    Suppression.objects.create(email=alice.email, reason="550 5.1.1 <alice@example.com>: no such user here")
    now = timezone.now()
    burst = Burst.objects.create(recipient=alice, conversation_id=direct, due_at=now, state="closed")
    held: dict[str, Any] = {"channel": "email", "verdict": "quiet", "until": now + timedelta(hours=1)}
    LogEntry.objects.bulk_create(LogEntry(recipient=alice, burst=burst, count=1, **held) for _ in range(LOGGED))
    hark.start("web")
    return hark


def open_settings(device: Device) -> Locator:
    device.sign_in("alice@example.com")
    device.page.get_by_role("button", name="Your account").click()
    device.page.get_by_role("menuitem", name="Settings").click()
    settings = device.page.get_by_role("region", name="Settings")
    expect(settings.get_by_label("Email", exact=True)).to_be_enabled()
    return settings


def turn_to(settings: Locator, group: str) -> None:
    """Show another group of them."""
    settings.get_by_role("link", name=group, exact=True).click()
    expect(settings.get_by_role("link", name=group, exact=True)).to_have_attribute("aria-current", "page")


def status(device: Device, name: str) -> Locator:
    return device.page.locator(f"#{name}-status")


def expect_saved(device: Device, name: str) -> None:
    expect(status(device, name)).to_have_text("Saved")


@pytest.mark.parametrize("screen", [DESKTOP, TELEPHONE], ids=["desktop", "telephone"])
def test_each_choice_is_saved_at_once_and_stays(chat: Hark, device: Make, screen: dict[str, Any]) -> None:
    alice = device(**screen, timezone_id="America/Lima")
    settings = open_settings(alice)
    assert alice.page.url.endswith("/settings")

    settings.get_by_label("Email", exact=True).uncheck()
    expect_saved(alice, "email")
    settings.get_by_label("When to send a push").select_option("After 1 hour")
    expect_saved(alice, "push_delay")
    settings.get_by_label("When to send an email").select_option("After 10 minutes")
    expect_saved(alice, "email_delay")
    settings.get_by_label("Send nothing at night").check()
    expect_saved(alice, "quiet")
    settings.get_by_label("From").fill("21:30")
    expect_saved(alice, "quiet")
    settings.get_by_label("Hide what was written").check()
    expect_saved(alice, "hide_content")
    turn_to(settings, "General")
    expect(settings.get_by_text("This browser is in America/Lima.")).to_be_visible()
    settings.get_by_role("button", name="Use that").click()
    expect_saved(alice, "timezone")
    expect(settings.get_by_text("This browser is in America/Lima.")).not_to_be_visible()

    alice.page.reload()
    expect(settings.get_by_label("Email", exact=True)).to_be_enabled()
    expect(settings.get_by_label("Email", exact=True)).not_to_be_checked()
    expect(settings.get_by_label("Push notifications", exact=True)).to_be_checked()
    expect(settings.get_by_label("When to send a push")).to_have_value("3600")
    expect(settings.get_by_label("When to send an email")).to_have_value("600")
    expect(settings.get_by_label("From")).to_have_value("21:30")
    expect(settings.get_by_label("to", exact=True)).to_have_value("08:00")
    expect(settings.get_by_label("Time zone", exact=True)).to_have_value("America/Lima")
    turn_to(settings, "Notifications")
    expect(settings.get_by_text("By the clock in America/Lima.")).to_be_visible()
    expect(settings.get_by_label("Hide what was written")).to_be_checked()


@pytest.mark.parametrize("screen", [DESKTOP, SMALL], ids=["desktop", "small"])
def test_the_settings_fit_the_screen_and_the_finger(chat: Hark, device: Make, screen: dict[str, Any]) -> None:
    alice = device(**screen, timezone_id="America/Lima")
    settings = open_settings(alice)
    settings.get_by_label("Send nothing at night").check()
    expect_saved(alice, "quiet")
    expect(settings.get_by_text("quiet hours").first).to_be_visible()
    assert sideways(alice) == 0
    assert alice.page.evaluate(SMALL_TARGETS, TARGET_MIN) == []
    back = settings.get_by_role("link", name="Back to the list")
    (back if screen is SMALL else alice.in_list("Bob")).click()
    expect(settings).not_to_be_visible()
    expect(alice.in_list("Bob")).to_be_visible()


def test_nothing_can_be_touched_before_it_is_there(chat: Hark, device: Make) -> None:
    alice = device(**DESKTOP, service_workers="block")  # it would answer in the server's place
    held: list[Route] = []
    alice.context.route("**/static/views/settings.*.js", lambda route: held.append(route))
    alice.sign_in("alice@example.com")
    alice.page.get_by_role("button", name="Your account").click()
    alice.page.get_by_role("menuitem", name="Settings").click()
    alice.until(lambda: bool(held), "the settings are asked for")
    assert alice.page.locator("#settings-content").evaluate("content => content.inert")
    for route in held:
        route.continue_()
    turn_to(alice.page.get_by_role("region", name="Settings"), "General")
    sound = alice.page.get_by_role("switch", name="Sound for new messages")
    sound.check()
    expect(sound).to_be_checked()
    alice.complaints[:] = [line for line in alice.complaints if "blocked by Playwright" not in line]


def test_what_was_not_saved_is_said_by_the_field_and_can_be_tried_again(chat: Hark, device: Make) -> None:
    alice = device()
    settings = open_settings(alice)
    alice.context.set_offline(True)
    settings.get_by_label("Hide what was written").check()
    expect(status(alice, "hide_content")).to_contain_text("Not saved. The server cannot be reached.")
    expect(settings.get_by_label("Hide what was written")).to_be_checked()
    alice.context.set_offline(False)
    status(alice, "hide_content").get_by_role("button", name="Try again").click()
    expect_saved(alice, "hide_content")
    alice.page.reload()
    expect(settings.get_by_label("Hide what was written")).to_be_checked()
    alice.complaints[:] = [line for line in alice.complaints if "net::ERR_" not in line]


def test_quiet_hours_that_are_none_are_not_sent(chat: Hark, device: Make) -> None:
    alice = device()
    settings = open_settings(alice)
    settings.get_by_label("Send nothing at night").check()
    expect_saved(alice, "quiet")
    settings.get_by_label("to", exact=True).fill("22:00")
    expect(status(alice, "quiet")).to_have_text("The hours must begin and end at different times.")
    settings.get_by_label("From").fill("")
    expect(status(alice, "quiet")).to_have_text("Give both times.")
    alice.page.reload()
    expect(settings.get_by_label("From")).to_have_value("22:00")
    expect(settings.get_by_label("to", exact=True)).to_have_value("08:00")
    settings.get_by_label("Send nothing at night").uncheck()
    expect_saved(alice, "quiet")
    expect(settings.get_by_label("From")).not_to_be_visible()


def test_a_refused_address_is_explained_and_can_be_tried_again(chat: Hark, device: Make) -> None:
    alice = device()
    settings = open_settings(alice)
    warning = settings.get_by_role("region", name="Your mail server refuses our emails")
    expect(warning).to_contain_text("No email has been sent to alice@example.com since")
    expect(warning).to_contain_text("550 5.1.1 <alice@example.com>: no such user here")
    warning.get_by_role("button", name="Try again").click()
    expect(status(alice, "suppressed")).to_have_text("Email will be tried again.")
    expect(warning).not_to_be_visible()
    alice.page.reload()
    expect(settings.get_by_label("Email", exact=True)).to_be_enabled()
    expect(warning).not_to_be_visible()


def test_the_log_says_what_was_held_back_and_why(chat: Hark, device: Make) -> None:
    alice = device()
    settings = open_settings(alice)
    entries = settings.locator("#sent-list > li")
    expect(entries).to_have_count(PAGE)
    expect(entries.first).to_contain_text("Email held: quiet hours until")
    settings.get_by_role("button", name="Show more").click()
    expect(entries).to_have_count(LOGGED)
    expect(settings.get_by_role("button", name="Show more")).not_to_be_visible()
    entries.first.get_by_role("link", name="Bob").click()
    expect(alice.page.locator("#open-title")).to_have_text("Bob")


def test_the_settings_can_be_used_without_a_mouse(chat: Hark, device: Make) -> None:
    alice = device()
    open_settings(alice)
    expect(alice.page.get_by_role("heading", name="Settings")).to_be_focused()
    alice.page.get_by_label("Push notifications", exact=True).focus()
    alice.page.keyboard.press("Space")
    expect_saved(alice, "push")
    alice.page.keyboard.press("Tab")
    expect(alice.page.locator("#push_delay")).to_be_focused()
    alice.page.keyboard.press("ArrowDown")
    expect_saved(alice, "push_delay")
    alice.page.go_back()
    expect(alice.page.get_by_role("region", name="Settings")).not_to_be_visible()
    alice.page.go_forward()
    expect(alice.page.get_by_label("Push notifications", exact=True)).not_to_be_checked()


def test_muted_conversations_are_listed_and_turned_back_on(chat: Hark, device: Make) -> None:
    alice = device()
    settings = open_settings(alice)
    expect(settings.get_by_text("You are told of all messages in all conversations.")).to_be_visible()
    alice.open("Bob")
    alice.page.get_by_role("button", name="Notifications: All messages").click()
    alice.page.get_by_role("menuitem", name="Mute until I turn it back").click()
    expect(alice.page.get_by_role("button", name="Notifications: Muted")).to_be_visible()
    alice.page.go_back()
    muted = settings.locator("#muted-list > li")
    expect(muted).to_have_text(["BobMutedTurn back on"])
    muted.get_by_role("button", name="Turn notifications of Bob back on").click()
    expect(status(alice, "muted")).to_have_text("Saved")
    expect(settings.get_by_text("You are told of all messages in all conversations.")).to_be_visible()
    alice.open("Bob")
    expect(alice.page.get_by_role("button", name="Notifications: All messages")).to_be_visible()


def test_a_group_of_the_settings_has_an_address_and_is_shown_alone(chat: Hark, device: Make) -> None:
    alice = device()
    settings = open_settings(alice)
    turn_to(settings, "Security")
    expect(settings.get_by_role("heading", name="Password")).to_be_visible()
    expect(settings.get_by_role("heading", name="Channels")).not_to_be_visible()
    assert alice.page.url.endswith("/settings#security")
    alice.page.reload()
    expect(settings.get_by_role("heading", name="Password")).to_be_visible()
    turn_to(settings, "Your data")
    alice.page.go_back()
    expect(settings.get_by_role("heading", name="Password")).to_be_visible()
    expect(settings.get_by_role("link", name="Security")).to_have_attribute("aria-current", "page")
    alice.page.goto("/settings#of-another-version")
    expect(settings.get_by_role("heading", name="Channels")).to_be_visible()


def test_a_part_of_the_settings_that_cannot_be_loaded_says_so_and_is_tried_again(chat: Hark, device: Make) -> None:
    alice = device(**DESKTOP, service_workers="block")  # it would answer in the server's place
    alice.context.route("**/static/views/account/account.*.js", lambda route: route.abort())
    settings = open_settings(alice)
    turn_to(settings, "Security")
    expect(status(alice, "account")).to_contain_text("This part of Hark could not be loaded.")
    alice.context.unroute("**/static/views/account/account.*.js")
    status(alice, "account").get_by_role("button", name="Try again").click()
    expect(settings.get_by_role("heading", name="Password")).to_be_visible()
    allowed = ("net::ERR_", "blocked by Playwright")
    alice.complaints[:] = [line for line in alice.complaints if not any(words in line for words in allowed)]
