"""What a person does and sees in one browser."""

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

from tests.browser.traffic import Traffic
from tests.browser.turning import TURN
from tests.conftest import PASSWORD

# Chromium reports every refused request; that nobody is signed in, or wrongly, is for the page to say.
EXPECTED = "the server responded with a status of 401"
expect.set_options(timeout=15_000)  # milliseconds: a poll, on a machine that is busy


class Device:
    """One browser with its own cookies and one open tab."""

    def __init__(self, browser: Browser, url: str, **options: Any) -> None:
        self.url = url
        self.has_touch = bool(options.get("has_touch"))
        self.context = browser.new_context(base_url=url, **options)
        self.complaints: list[str] = []
        self.page = self.new_tab()

    def new_tab(self, path: str = "/") -> Page:
        """Open the page in a new tab, which becomes the one that is used."""
        self.page = self.context.new_page()
        self.traffic = Traffic(self.page)
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(path)
        return self.page

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and EXPECTED not in message.text:
            self.complaints.append(f"{message.text} ({message.location.get('url')})")

    def sign_in(self, email: str, password: str = PASSWORD) -> None:
        form = self.page.locator("#sign-in-form")
        form.get_by_label("Email address").fill(email)
        form.get_by_label("Password").fill(password)
        form.get_by_role("button", name="Sign in").click()

    def until_ready(self) -> None:
        """The list is there, and what comes after it: the keyboard is listened to, names are completed."""
        expect(self.page.locator(".conversation-item").first).to_be_visible()
        expect(self.page.locator("#composer-text")).to_have_attribute("aria-autocomplete", "list")

    def sign_out(self) -> None:
        self.page.get_by_role("button", name="Your account").click()
        self.page.get_by_role("menuitem", name="Sign out").click()

    def open(self, name: str) -> None:
        self.in_list(name).click()
        expect(self.page.locator("#open-title")).to_have_text(name)

    def in_list(self, name: str) -> Locator:
        named = self.page.locator(".conversation-name").get_by_text(name, exact=True)
        return self.page.locator(".conversation-item", has=named)

    @property
    def composer(self) -> Locator:
        return self.page.get_by_role("textbox", name="Message")

    def write(self, text: str) -> None:
        """Type a message and send it; return when it is in the log of the page."""
        self.composer.press_sequentially(text)
        if self.has_touch:  # there, Enter breaks the line
            self.page.get_by_role("button", name="Send").tap()
        else:
            self.composer.press("Enter")
        expect(self.message(text)).to_be_visible()

    def message(self, text: str) -> Locator:
        return self.page.locator("article.message", has_text=text)

    def act_on(self, text: str, action: str) -> None:
        """Choose an action from a message's menu."""
        message = self.message(text)
        message.hover()
        message.get_by_role("button", name="Message actions").click()
        self.page.get_by_role("menuitem", name=action).click()

    def turn(self, state: str) -> None:
        """As if the tab became `hidden`, or `visible` again: without a screen they all are visible."""
        self.page.evaluate(TURN, state)

    def until(self, look: Callable[[], bool], what: str, *, seconds: float = 60) -> None:
        """Wait until `look` is true. Fails with `what`. Meanwhile the page's events are heard."""
        deadline = time.monotonic() + seconds
        while not look():
            assert time.monotonic() < deadline, f"Not within {seconds} s: {what}"
            self.page.wait_for_timeout(50)
