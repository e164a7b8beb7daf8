"""Hark as somebody sees it who has a long conversation open."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from playwright.sync_api import Browser, Page
from stack import page
from stack.environment import process_environment

from bench.harness.lab import Lab
from bench.harness.readers import find_readers
from bench.harness.site import Site, behind_a_wire
from bench.harness.tab import Tab
from tests.browser.traffic import Traffic, query

DATABASE = "return"
PASSWORD = "measured in milliseconds"  # noqa: S105
ELSEWHERE = "/healthz"
EMAIL = "SELECT email FROM accounts_user WHERE id = %s"


@contextmanager
def running(lab: Lab, browser: Browser) -> Iterator[Site]:
    """The web process of the Procfile; inside, the page is open and signed in."""
    page.collect(lab.folder, process_environment(lab.settings(DATABASE)))
    wanted = {"pairs": 1, "messages": lab.sizes.return_history, "groups": [], "password": PASSWORD}
    people = lab.fill("bench.world", DATABASE, wanted)["people"]
    _, writer = find_readers(lab.database(DATABASE), people)
    with psycopg.connect(lab.database(DATABASE)) as connection:
        ((email,),) = connection.execute(EMAIL, [people[0][0]]).fetchall()
    with behind_a_wire(lambda: lab.hark(DATABASE)) as (wire, process):
        tab = Tab(browser.new_context())
        traffic = Traffic(tab.page)
        tab.page.goto(f"http://127.0.0.1:{wire.port}/c/{writer.conversation}")
        _sign_in(tab.page, email)
        site = Site(lambda: lab.hark(DATABASE), writer.send, wire, tab, ELSEWHERE, lambda: _is_held(traffic), process)
        site.rest()
        yield site


def _sign_in(page: Page, email: str) -> None:
    form = page.locator("#sign-in-form")
    form.get_by_label("Email address").fill(email)
    form.get_by_label("Password").fill(PASSWORD)
    form.get_by_role("button", name="Sign in").click()
    page.get_by_role("textbox", name="Message").wait_for()


def _is_held(traffic: Traffic) -> bool:
    """Whether the last poll waits for news."""
    last = traffic.polls[-1:]
    return bool(last) and "wait" in query(last[0]) and last[0] in traffic.in_flight
