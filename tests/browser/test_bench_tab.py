"""What bin/bench return looks with: a tab that tells when a text was painted. On a page that does nothing by itself."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Playwright

from bench.harness import tab as bench_tab
from bench.harness.tab import Tab
from tests.browser.flags import FLAGS
from tests.support.waiting import wait_until

PAGE = """<!doctype html><title>Chat</title>
<aside></aside><main id="log" style="height: 200px; overflow: auto"><p style="height: 500px"></p>{}</main>"""
SAY = """([where, text]) => {
    const message = document.createElement("p");
    message.textContent = text;
    document.querySelector(where).append(message);
}"""
TO_END = "document.getElementById('log').scrollTop = 1e6"
TEXT = "The harbour is lit."


class Site(ThreadingHTTPServer):
    """Every path is the page, with the history that there is by now."""

    daemon_threads = True
    history = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


class Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        body = PAGE.format(self.server.history).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing."""


@pytest.fixture
def site() -> Iterator[Site]:
    with Site(("127.0.0.1", 0), Handler) as site:
        thread = threading.Thread(target=site.serve_forever)
        thread.start()
        yield site
        site.shutdown()
        thread.join()


@pytest.fixture
def tab(playwright: Playwright, browser_path: str, site: Site) -> Iterator[Tab]:
    """At the page, and it expects the text."""
    keep = ["--disable-back-forward-cache"]
    with closing(
        playwright.chromium.launch(executable_path=browser_path, args=FLAGS, ignore_default_args=keep)
    ) as browser:
        tab = Tab(browser.new_context())
        tab.page.goto(site.url)
        tab.expect(TEXT)
        yield tab


def is_restored(tab: Tab) -> int:
    tab.page.wait_for_timeout(50)  # the tab hears of it meanwhile
    return len(tab.restored)


def now() -> float:
    return 1000 * time.time()


def test_a_text_is_painted_once_it_is_on_the_screen_in_the_log(tab: Tab, monkeypatch: pytest.MonkeyPatch) -> None:
    tab.page.evaluate(SAY, ["aside", TEXT])
    tab.page.evaluate(SAY, ["#log", TEXT])
    with monkeypatch.context() as patched:
        patched.setattr(bench_tab, "LOST_AFTER", 2.0)
        assert tab.until_painted(TEXT) is None, "it is above the log, and in it further down than anybody sees"
    before = now()
    tab.page.evaluate(TO_END)
    painted = tab.until_painted(TEXT)
    assert painted is not None and before <= painted <= now()


def test_a_text_that_comes_with_a_reload_is_seen_too(tab: Tab, site: Site) -> None:
    site.history = f"<p>{TEXT}</p>"
    requests = tab.requests
    tab.page.reload()
    tab.page.evaluate(TO_END)
    assert tab.until_painted(TEXT) is not None
    assert tab.requests > requests


def test_a_page_that_is_gone_back_to_comes_from_memory_and_is_looked_at_still(tab: Tab) -> None:
    tab.leave("/elsewhere")
    left = now()
    begun = tab.go_back()
    wait_until(partial(is_restored, tab), "the page is back from the browser's memory")
    tab.page.evaluate(SAY, ["#log", TEXT])
    tab.page.evaluate(TO_END)
    painted = tab.until_painted(TEXT)
    assert painted is not None and left <= begun <= painted
    assert len(tab.restored) == 1
    assert tab.until_restored(tab.restored[0] - 1) == tab.restored[0]


def test_a_tab_is_hidden_and_shown(tab: Tab) -> None:
    tab.hide()
    assert tab.page.evaluate("document.visibilityState") == "hidden"
    before = now()
    shown = tab.show()
    assert before <= shown <= tab.next_frame()
    assert tab.page.evaluate("document.visibilityState") == "visible"
