"""What was sent arrives once and in order, whatever becomes of the tab, the network and the session; what was half
written stays."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from backend.accounts.models import User
from tests.browser.device import Device
from tests.browser.pen import Pen
from tests.conftest import token_of
from tests.support.hark import Hark

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("browser_path")]

Make = Callable[..., Device]
REOPEN_EVERY = 20
SENDS = "**/api/v1/conversations/*/messages"
# From the press of the key until the tab is gone: milliseconds.
MOMENTS = (0, 1, 3, 8, 20, 45)
# What becomes of a send: nothing bad; it never leaves; it arrives, and the answer does not. In the page, because
# Playwright's routes turn the browser's cache off, and each page would load anew all that it is made of.
LOSE = """() => {
    const { fetch } = window;
    const never = new Promise(() => {});
    window.fetch = (path, options) => options.method === "POST" ? WHAT : fetch(path, options);
}"""
LOSSES = ("() => {}", LOSE.replace("WHAT", "never"), LOSE.replace("WHAT", "fetch(path, options).then(() => never)"))


@pytest.fixture
def pen(hark: Hark, bob: User) -> Pen:
    """Bob's."""
    return Pen(hark, token_of(bob))


@pytest.fixture
def laptop(hark: Hark, direct: int, pen: Pen, device: Make) -> Device:
    """Alice's, whose conversation with Bob is open. What the network does to her is nothing to complain of."""
    hark.start("web")
    pen.say(direct, "Good morning, Alice")
    laptop = device()
    laptop.sign_in("alice@example.com")
    laptop.open("Bob")
    expect(laptop.message("Good morning, Alice")).to_be_visible()
    return laptop


def forget_network_complaints(device: Device) -> None:
    device.complaints[:] = [line for line in device.complaints if "net::ERR_" not in line]


def written(pen: Pen, direct: int) -> list[str]:
    return [text for text in pen.texts(direct) if text != "Good morning, Alice"]


def until_written(device: Device, pen: Pen, direct: int, texts: list[str]) -> None:
    device.until(lambda: len(written(pen, direct)) >= len(texts), f"{len(texts)} messages have arrived")
    assert written(pen, direct) == texts


def nothing_is_on_its_way(device: Device) -> None:
    expect(device.page.locator("article.message").last).to_be_visible()
    expect(device.page.get_by_text("Sending…")).to_have_count(0)
    expect(device.page.get_by_text("Not sent")).to_have_count(0)


def press(page: Page, text: str) -> None:
    """Write and send, without waiting for anything."""
    composer = page.get_by_role("textbox", name="Message")
    composer.fill(text)
    composer.press("Enter")


def test_a_tab_that_is_killed_between_the_key_and_the_answer_loses_and_doubles_nothing(
    laptop: Device, pen: Pen, direct: int, pytestconfig: pytest.Config
) -> None:
    kills = pytestconfig.getoption("kills")
    path = f"/c/{direct}"
    laptop.page.close()
    texts: list[str] = []
    for number in range(kills):
        page = laptop.context.new_page()
        page.goto(path, wait_until="commit")
        expect(page.get_by_role("textbox", name="Message")).to_be_visible()
        page.evaluate(LOSSES[number % len(LOSSES)])
        press(page, f"Boat {number} is out.")
        page.wait_for_timeout(MOMENTS[number % len(MOMENTS)])
        page.close()
        texts.append(f"Boat {number} is out.")
        if (number + 1) % REOPEN_EVERY == 0:
            laptop.new_tab()
            laptop.open("Bob")
            until_written(laptop, pen, direct, texts)
            nothing_is_on_its_way(laptop)
            laptop.page.close()
    laptop.new_tab()
    laptop.open("Bob")
    expect(laptop.message(texts[-1])).to_have_count(1)
    expect(laptop.composer).to_have_value("")
    forget_network_complaints(laptop)
    assert written(pen, direct) == texts


def test_what_is_written_offline_is_sent_in_order_when_it_can_be(laptop: Device, pen: Pen, direct: int) -> None:
    laptop.context.set_offline(True)
    texts = [f"Boat {number} is out." for number in range(8)]
    for text in texts:
        laptop.write(text)
    expect(laptop.page.get_by_text("Not sent, will retry").first).to_be_visible()
    assert written(pen, direct) == []
    laptop.context.set_offline(False)
    until_written(laptop, pen, direct, texts)
    nothing_is_on_its_way(laptop)
    forget_network_complaints(laptop)


def test_what_is_written_offline_outlives_the_tab(laptop: Device, pen: Pen, direct: int) -> None:
    texts = [f"Boat {number} is out." for number in range(4)]
    laptop.context.route(SENDS, lambda route: route.abort())
    for text in texts:
        laptop.write(text)
    laptop.page.close()
    laptop.context.unroute(SENDS)
    laptop.new_tab()
    laptop.open("Bob")
    until_written(laptop, pen, direct, texts)
    nothing_is_on_its_way(laptop)
    forget_network_complaints(laptop)


def test_another_tab_sends_what_a_closed_one_has_left(laptop: Device, pen: Pen, direct: int) -> None:
    first = laptop.page
    second = laptop.new_tab()
    expect(laptop.in_list("Bob")).to_be_visible()
    first.route(SENDS, lambda route: route.abort())
    press(first, "The harbour is lit.")
    expect(first.get_by_text("Not sent, will retry")).to_be_visible()
    assert written(pen, direct) == []
    first.close()
    second.evaluate("dispatchEvent(new Event('online'))")
    until_written(laptop, pen, direct, ["The harbour is lit."])
    forget_network_complaints(laptop)


def test_answers_that_are_lost_after_the_commit_double_nothing(laptop: Device, pen: Pen, direct: int) -> None:
    lost: list[str] = []

    def lose(route: Route) -> None:
        if len(lost) < 6:
            lost.append(str(route.fetch().status))
            route.abort()
        else:
            route.continue_()

    laptop.page.route(SENDS, lose)
    texts = [f"Boat {number} is out." for number in range(3)]
    for text in texts:
        laptop.write(text)
    expect(laptop.message(texts[-1]).get_by_text("Sent", exact=True)).to_be_visible(timeout=60_000)
    until_written(laptop, pen, direct, texts)
    nothing_is_on_its_way(laptop)
    assert lost
    assert lost[0] == "201"
    forget_network_complaints(laptop)


def test_what_is_written_after_the_session_has_ended_is_sent_after_signing_in(
    laptop: Device, pen: Pen, direct: int
) -> None:
    laptop.context.clear_cookies(name="sessionid")
    press(laptop.page, "The harbour is lit.")
    expect(laptop.page.get_by_text("You were signed out.")).to_be_visible()
    laptop.page.reload()
    laptop.sign_in("alice@example.com")
    expect(laptop.message("The harbour is lit.").get_by_text("Sent", exact=True)).to_be_visible()
    until_written(laptop, pen, direct, ["The harbour is lit."])


def test_a_refused_message_stays_with_its_text_over_a_reload(laptop: Device, pen: Pen, direct: int) -> None:
    laptop.page.route(SENDS, lambda route: route.continue_(post_data='{"client_id": "none", "text": ""}'))
    press(laptop.page, "The harbour is lit.")
    expect(laptop.message("The harbour is lit.")).to_contain_text("Not sent:")
    laptop.page.unroute(SENDS)
    laptop.page.reload()
    expect(laptop.message("The harbour is lit.")).to_contain_text("Not sent:")
    laptop.message("The harbour is lit.").get_by_role("button", name="Edit").click()
    laptop.composer.press("Enter")
    until_written(laptop, pen, direct, ["The harbour is lit."])
    laptop.complaints[:] = [line for line in laptop.complaints if "400" not in line]


def test_half_a_message_outlives_a_crash(laptop: Device) -> None:
    laptop.composer.press_sequentially("Half a w")
    laptop.page.wait_for_timeout(1000)  # milliseconds: more than the pause after which it is kept
    laptop.page.close(run_before_unload=False)
    laptop.new_tab()
    expect(laptop.in_list("Bob")).to_contain_text("Half a w")
    laptop.open("Bob")
    expect(laptop.composer).to_have_value("Half a w")
    laptop.composer.press("Enter")
    expect(laptop.message("Half a w").get_by_text("Sent", exact=True)).to_be_visible()
    laptop.page.reload()
    expect(laptop.message("Half a w")).to_be_visible()
    expect(laptop.composer).to_have_value("")
