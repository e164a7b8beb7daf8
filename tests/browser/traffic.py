"""What a page asks the server, and how long a message takes from one page to another."""

from typing import Protocol
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import Locator, Page, Request

API, SYNC = "/api/v1/", "/api/v1/sync"


class Traffic:
    """The requests of one page to the API, in their order."""

    def __init__(self, page: Page) -> None:
        self.asked: list[Request] = []
        self.answered: list[Request] = []
        self.given_up: list[Request] = []
        page.on("request", self._ask)
        page.on("requestfinished", lambda request: self.answered.append(request))
        page.on("requestfailed", lambda request: self.given_up.append(request))

    def _ask(self, request: Request) -> None:
        if API in request.url:
            self.asked.append(request)

    @property
    def in_flight(self) -> list[Request]:
        return [request for request in self.asked if request not in (*self.answered, *self.given_up)]

    @property
    def polls(self) -> list[Request]:
        return [request for request in self.asked if urlsplit(request.url).path == SYNC]

    @property
    def last_poll(self) -> dict[str, str]:
        """What was asked last."""
        return query(self.polls[-1])

    def brought(self, text: str) -> list[Request]:
        """The polls whose answers have this in them."""
        answered = [poll for poll in self.polls if poll in self.answered]
        responses = [(poll, poll.response()) for poll in answered]
        return [poll for poll, response in responses if response and response.status == 200 and text in response.text()]


def query(request: Request) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(request.url).query))


NOW = "performance.timeOrigin + performance.now()"
SEE = f"""text => ({{ at: new Promise((resolve) => {{
    const log = document.getElementById("log");
    const look = () => {{
        if (!log.textContent.includes(text)) return;
        observer.disconnect();
        requestAnimationFrame(() => requestAnimationFrame(() => resolve({NOW})));
    }};
    const observer = new MutationObserver(look);
    observer.observe(log, {{ childList: true, subtree: true, characterData: true }});
}}) }})"""
PRESS = f"""() => ({{ at: new Promise((resolve) => {{
    addEventListener("keydown", () => resolve({NOW}), {{ capture: true, once: true }});
}}) }})"""


class Person(Protocol):
    """Somebody at the page."""

    @property
    def page(self) -> Page: ...

    @property
    def composer(self) -> Locator: ...


def milliseconds_to_screen(writer: Person, reader: Person, text: str) -> float:
    """From the writer's Enter until the reader's browser has painted the text. Both have the conversation open.

    By the clock of the machine, which both share; to be printed, not asserted.
    """
    seen = reader.page.evaluate_handle(SEE, text)
    writer.composer.fill(text)
    pressed = writer.page.evaluate_handle(PRESS)
    writer.composer.press("Enter")
    return float(seen.evaluate("({ at }) => at")) - float(pressed.evaluate("({ at }) => at"))
