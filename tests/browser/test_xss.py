"""What people write, and what they call themselves, stays text."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from backend.accounts.models import User
from backend.accounts.services import token_create, user_create
from backend.chat.membership import conversation_open
from tests.browser.device import Device
from tests.browser.payloads import PAYLOADS
from tests.conftest import PASSWORD, Api
from tests.support.hark import Hark

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("browser_path")]

NAMES = 12  # conversations with people and titles that are payloads; each is opened
LINKS = {"http:", "https:", "mailto:"}
# What runs says so; what the policy had to stop is counted too: it should not have got that far.
WATCH = """
    window.fires = [];
    window.fired = () => { window.fires.push("ran"); };
    window.alert = window.fired;
    document.addEventListener("securitypolicyviolation", (event) => window.fires.push(event.violatedDirective));
"""
Make = Callable[..., Device]


@pytest.fixture
def bob(hark: Hark, direct: int, bob: User, alice: User) -> User:
    """Whom alice has sent every payload, in a chat whose people and titles are payloads."""
    writer = Api(alice)
    for text in PAYLOADS:
        writer.say(direct, text)
    for number, name in enumerate(PAYLOADS[:NAMES]):
        stranger = user_create(email=f"stranger{number}@example.com", name=name[:100], password=PASSWORD)
        group = conversation_open(user_id=stranger.id, kind="group", others=[bob.id], title=PAYLOADS[-number][:100])
        Api(stranger).say(int(group[0]["id"]), name)
        token_create(user=bob, name=name[:100])
    return bob


def test_sixty_payloads_are_shown_as_they_are_and_none_runs(hark: Hark, bob: User, direct: int, device: Make) -> None:
    assert len(PAYLOADS) >= 60
    hark.start("web")
    page = watched(device(), "bob@example.com").page
    expect(page.locator(".conversation-item")).to_have_count(NAMES + 1)
    page.goto(f"/c/{direct}")
    expect(page.locator("article.message")).to_have_count(len(PAYLOADS))
    shown = page.locator("article.message .bubble").all_inner_texts()
    assert [text.strip() for text in shown] == [text.strip() for text in PAYLOADS]
    touch_everything(page)

    for address in page.locator(".conversation-item").evaluate_all("items => items.map((item) => item.href)"):
        page.goto(urlsplit(address).path)
        expect(page.locator("article.message").first).to_be_visible()
        touch_everything(page)
    page.goto("/settings")
    expect(page.locator("#settings-title")).to_be_visible()
    page.goto("/settings#security")
    expect(page.locator("#account-tokens li")).to_have_count(NAMES)
    touch_everything(page)
    assert fires(page) == []


def watched(device: Device, email: str) -> Device:
    device.context.add_init_script(WATCH)
    device.page.reload()
    device.sign_in(email)
    return device


def touch_everything(page: Page) -> None:
    """Look at each link, pass over each message, and see what the page has become."""
    links = page.locator("#log a[href]")
    assert set(links.evaluate_all("links => links.map((link) => link.protocol)")) <= LINKS
    page.locator("article.message").evaluate_all(
        "all => all.forEach((one) => one.dispatchEvent(new MouseEvent('mouseover', { bubbles: true })))"
    )
    strange = "script:not([src]), img, iframe, object, embed, svg, math, marquee, base, [onerror], [onload], template"
    assert page.locator(f"#chat :is({strange})").count() == 0
    assert fires(page) == []


def fires(page: Page) -> list[str]:
    found: list[str] = page.evaluate("window.fires")
    return found
