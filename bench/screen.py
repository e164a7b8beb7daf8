"""From one person's Enter to the other's screen, in two browsers."""

import json
from contextlib import closing
from dataclasses import dataclass

from playwright.sync_api import Browser, Locator, Page, sync_playwright
from stack import page, processes
from stack.browser import find_browser
from stack.environment import ROOT, manage, process_environment
from stack.errors import Refused

from bench.harness import http
from bench.harness.lab import Lab
from bench.harness.readers import ask_once
from bench.harness.statistics import percentile, spread
from bench.harness.table import Row
from tests.browser.flags import FLAGS
from tests.browser.traffic import milliseconds_to_screen

TITLE = "From the key press to the other's screen"
EXPLANATION = """Two people in two windows of one Chromium, both with the conversation open; the web process of the
Procfile. From the writer's Enter until the reader's browser has painted the text, by the clock both share: painting,
sending, the database, the hint, the held poll, and painting again. Chromium has the other core to itself and the load
client's part of it. Milliseconds."""
NAMES = ("alice", "bob")
PASSWORD = "measured in milliseconds"  # noqa: S105
WARM = 5  # messages that do not count


@dataclass(frozen=True)
class Person:
    """At the page, with the conversation open."""

    page: Page

    @property
    def composer(self) -> Locator:
        return self.page.get_by_role("textbox", name="Message")


def measure(lab: Lab) -> list[Row]:
    if not (program := find_browser()):
        raise Refused("There is no Chromium; on Debian: apt install chromium")
    page.collect(lab.folder, process_environment(lab.settings("screen")))
    people = [_add(lab, name) for name in NAMES]
    with lab.hark("screen") as hark:
        conversation = _open(hark.port, people)
        with (
            sync_playwright() as playwright,
            closing(playwright.chromium.launch(executable_path=program, args=FLAGS)) as browser,
        ):
            url = f"http://127.0.0.1:{hark.port}/c/{conversation}"
            writer, reader = (_at_the_page(browser, url, name) for name in NAMES)
            took = [
                milliseconds_to_screen(writer, reader, f"Message number {number}.")
                for number in range(WARM + lab.sizes.screens)
            ][WARM:]
    note = f"{len(took)} messages; p95 {percentile(took, 95):.0f} ms"
    return [Row("from Enter to the other's screen", spread(took), " ms", note=note)]


def _add(lab: Lab, name: str) -> dict[str, str]:
    """{"id","token"} of a new person."""
    environment = process_environment(lab.settings("screen"))
    log = lab.folder / "adduser.log"
    processes.run(manage("migrate"), log, environment, cwd=ROOT)
    person = [f"{name}@example.com", "--name", name.title(), "--password", PASSWORD, "--token"]
    processes.run(manage("adduser", *person), log, environment, cwd=ROOT)
    added: dict[str, str] = json.loads(log.read_text().splitlines()[-1])
    return added


def _open(port: int, people: list[dict[str, str]]) -> int:
    body = json.dumps({"kind": "direct", "participants": [people[1]["id"]]}).encode()
    fields = {"Authorization": f"Bearer {people[0]['token']}"}
    answer = ask_once(port, http.raw("POST", "/api/v1/conversations", fields, body))
    return int(answer.json()["id"])


def _at_the_page(browser: Browser, url: str, name: str) -> Person:
    tab = browser.new_context().new_page()
    tab.goto(url)
    form = tab.locator("#sign-in-form")
    form.get_by_label("Email address").fill(f"{name}@example.com")
    form.get_by_label("Password").fill(PASSWORD)
    form.get_by_role("button", name="Sign in").click()
    person = Person(tab)
    person.composer.wait_for()
    return person
