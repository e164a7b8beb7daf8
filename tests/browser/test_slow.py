"""A slow telephone on a slow network: the page is usable all the same, and never waits to show what was written."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from backend.accounts.models import User
from tests.browser.device import Device
from tests.conftest import Api
from tests.support.hark import Hark

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("browser_path")]

SLOW_3G = {  # as in Chromium's developer tools
    "offline": False,
    "latency": 2000,  # milliseconds
    "downloadThroughput": 50_000,  # bytes a second
    "uploadThroughput": 50_000,
}
CPU = 4  # times slower
PATIENCE = 60_000  # milliseconds, for what crosses this network a few times
Make = Callable[..., Device]


def slow_down(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_3G)
    session.send("Emulation.setCPUThrottlingRate", {"rate": CPU})


@pytest.fixture
def chat(hark: Hark, bob: User, direct: int) -> None:
    Api(bob).say(direct, "Good morning, Alice")
    hark.start("web")


def test_two_people_chat_over_slow_3g_on_a_slow_telephone(chat: None, device: Make) -> None:
    bob = device()
    bob.sign_in("bob@example.com")
    bob.open("Alice")
    alice = device(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    slow_down(alice.page)
    alice.page.reload()
    alice.sign_in("alice@example.com")
    alice.in_list("Bob").click(timeout=PATIENCE)
    expect(alice.message("Good morning, Alice")).to_be_visible(timeout=PATIENCE)

    answered: list[str] = []
    alice.page.on("requestfinished", lambda request: answered.append(request.method))
    alice.composer.fill("Good morning, Bob")
    alice.page.get_by_role("button", name="Send", exact=True).click()
    expect(alice.message("Good morning, Bob")).to_be_visible()
    assert "POST" not in answered, "it is on the screen before the server has it"
    expect(alice.message("Good morning, Bob").get_by_text("Sent", exact=True)).to_be_visible(timeout=PATIENCE)

    for number in range(3):
        bob.write(f"Boat {number} is out.")
    for number in range(3):
        expect(alice.message(f"Boat {number} is out.")).to_be_visible(timeout=PATIENCE)
    expect(alice.page.get_by_text("reconnecting")).to_have_count(0)
