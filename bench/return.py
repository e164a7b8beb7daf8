"""From the return to the last missed message on the screen, against the report's design, in one browser."""

import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from itertools import product

from playwright.sync_api import sync_playwright
from stack.browser import find_browser
from stack.errors import Refused

from bench.baselines import reloading
from bench.harness import hark_page
from bench.harness.lab import Lab, interleaved
from bench.harness.site import Site
from bench.harness.statistics import Spread, number, ratios, spread
from bench.harness.tab import Tab
from bench.harness.table import Row, Target
from bench.world import TEXT
from tests.browser.flags import FLAGS

TITLE = "Back in the chat"
EXPLANATION = """Somebody has a conversation of 5,000 messages open, is away, and comes back after three more have been
written. Hark against `bench/baselines/channels_reload`, the design that the report behind Hark kept: the server renders
the whole history, a WebSocket brings what comes, and the page reloads itself when it is gone back to, and 3 s after its
socket has closed (Django Channels, its channel layer on Valkey, uvicorn, PostgreSQL, the same texts). In turns, each in
a tab of the same Chromium, which keeps pages that are left in memory, as people's browsers do. From the return until
the last missed message is on the screen and its frame has been painted; the ratio is how many times sooner Hark is.
*Back navigation*: from another page of the site, after a second there, from `history.back()` on; how long the browser
itself takes is seen at a page of nothing but text, to which nobody has written. *Tab switch, connections alive*: the
tab was hidden, so the socket has brought the messages before anybody looks, while Hark, as they were written just
before, has to ask for them; no ratio is claimed. *Tab switch, connections closed*: as after sleep, or after the browser
has frozen the tab: on return the connections turn out to be closed. *Network back*: offline for 4 s, which is kind to a
page that waits for 3 s after its socket has closed. *Server restarted*: its web process is ended by SIGTERM and started
again, the messages are written as soon as it answers, and the clock runs from when the last of them is stored. What a
return costs: all bytes on the wire, both ways, and requests, sockets included, from the writing of the messages (or the
SIGTERM) until the page rests again. Nothing but Hark's static files is compressed. An hour in which nothing happens is
scaled up from a shorter time, the same for both."""
MISSED = 3
SOONER = Target(10, at_least=True, unit=" x")
AT_ONCE = Target(100, at_least=False, unit=" ms")
HIDDEN = 1.0  # seconds
OFFLINE = 4.0  # seconds
OURS, THEIRS, BARE = "Hark", "reload and socket", "a page of text, until the browser has brought it back"
PLAIN = "/accessibility"
WARM = 1  # round that does not count
HOUR = 3600  # seconds
# Playwright turns off what people's browsers have: pages that are gone back to come from memory.
AS_FOR_PEOPLE = ["--disable-back-forward-cache"]


@dataclass(frozen=True)
class Away:
    """`begun`, in milliseconds of the clock: when they came back. `before`: `_cost` when the messages were written."""

    begun: float
    before: tuple[int, int]


@dataclass(frozen=True)
class Return:
    """`took` milliseconds; None where the messages never came, which is why there are no figures of what it cost."""

    took: float | None
    bytes: int = 0
    requests: int = 0
    is_restored: bool = False


Way = Callable[[Site, list[str]], Away]


def measure(lab: Lab) -> list[Row]:
    if not (program := find_browser()):
        raise Refused("There is no Chromium; on Debian: apt install chromium")
    with ExitStack() as stack:
        playwright = stack.enter_context(sync_playwright())
        launched = playwright.chromium.launch(executable_path=program, args=FLAGS, ignore_default_args=AS_FOR_PEOPLE)
        browser = stack.enter_context(closing(launched))
        sites = {
            OURS: stack.enter_context(hark_page.running(lab, browser)),
            THEIRS: stack.enter_context(reloading.running(lab, browser)),
        }
        print("Measuring", end=" ", flush=True)
        actions: dict[tuple[str, str], Callable[[int], Return]] = {
            (way, name): partial(_return, site, way) for way, (name, site) in product(WAYS, sites.items())
        }
        actions[BACK, BARE] = partial(_bare, sites[OURS], Tab(browser.new_context()))
        returns = interleaved(WARM + lab.sizes.returns, actions)
        print(flush=True)
        idle = _untouched(sites, lab.sizes.untouched)
    rows = [row for way in WAYS for row in _rows(way, returns[way, OURS][WARM:], returns[way, THEIRS][WARM:])]
    bare = _row(f"{BACK}: {BARE}", returns[BACK, BARE][WARM:], target=None)
    return [*rows, bare, *idle]


def _back(site: Site, texts: list[str]) -> Away:
    site.tab.leave(site.elsewhere)
    site.tab.page.wait_for_timeout(1000 * HIDDEN)
    before = _cost(site)
    site.write(texts)
    return Away(site.tab.go_back(), before)


def _alive(site: Site, texts: list[str]) -> Away:
    site.tab.hide()
    site.tab.page.wait_for_timeout(1000 * HIDDEN)
    before = _cost(site)
    site.write(texts)
    return Away(site.tab.show(), before)


def _closed(site: Site, texts: list[str]) -> Away:
    site.tab.hide()
    site.tab.page.wait_for_timeout(1000 * HIDDEN)
    site.wire.stall()
    before = _cost(site)
    site.write(texts)
    site.wire.mend()
    return Away(site.tab.show(), before)


def _network(site: Site, texts: list[str]) -> Away:
    site.tab.context.set_offline(True)
    site.wire.cut()
    site.tab.page.wait_for_timeout(1000 * OFFLINE)
    before = _cost(site)
    site.write(texts)
    site.wire.mend()
    begun = _now()
    site.tab.context.set_offline(False)
    return Away(begun, before)


def _restart(site: Site, texts: list[str]) -> Away:
    before = _cost(site)
    site.stop()
    site.start()
    site.write(texts)
    return Away(_now(), before)


BACK, ALIVE, RESTARTED = "back navigation", "tab switch, connections alive", "server restarted"
WAYS: dict[str, Way] = {
    BACK: _back,
    ALIVE: _alive,
    "tab switch, connections closed": _closed,
    "network back": _network,
    RESTARTED: _restart,
}


def _return(site: Site, way: str, number: int) -> Return:
    texts = [f"{TEXT} {way}, {number}, {missed}." for missed in range(MISSED)]
    restored = len(site.tab.restored)
    site.tab.expect(texts[-1])
    home = site.tab.page.url
    away = WAYS[way](site, texts)
    painted = site.tab.until_painted(texts[-1])
    if painted is None:
        site.tab.page.goto(home)
        site.rest()
        return Return(None)
    if painted < away.begun:  # before they came: they see it when the browser has painted anything at all
        painted = site.tab.next_frame()
    site.rest()
    size, requests = (after - before for after, before in zip(_cost(site), away.before, strict=True))
    return Return(painted - away.begun, size, requests, len(site.tab.restored) > restored)


def _bare(site: Site, tab: Tab, _: int) -> Return:
    """What the browser itself needs to bring a page back, to which nobody has written."""
    tab.page.goto(f"http://127.0.0.1:{site.wire.port}{PLAIN}")
    tab.page.wait_for_timeout(1000 * HIDDEN)
    tab.leave(site.elsewhere)
    tab.page.wait_for_timeout(1000 * HIDDEN)
    begun = tab.go_back()
    restored = tab.until_restored(begun)
    return Return(None if restored is None else restored - begun)


def _cost(site: Site) -> tuple[int, int]:
    """Bytes and requests so far."""
    return site.wire.bytes, site.tab.requests


def _now() -> float:
    return 1000 * time.time()


def _rows(way: str, ours: list[Return], theirs: list[Return]) -> list[Row]:
    """Rounds in which either never saw the messages are in no ratio."""
    both = [
        (our.took, their.took)
        for our, their in zip(ours, theirs, strict=True)
        if our.took is not None and their.took is not None
    ]
    sooner = ratios([their for _, their in both], [our for our, _ in both]) if both and way != ALIVE else None
    return [
        _row(f"{way}: {OURS}", ours, target=None if way == RESTARTED else AT_ONCE),
        _row(f"{way}: {THEIRS}", theirs, ratio=sooner, target=SOONER if sooner else None),
    ]


def _row(what: str, returns: list[Return], *, target: Target | None, ratio: Spread | None = None) -> Row:
    seen = [one for one in returns if one.took is not None]
    notes = [f"never in {len(returns) - len(seen)} of {len(returns)}"] if len(seen) < len(returns) else []
    if any(one.bytes for one in seen):
        notes.append(
            _costs(statistics.median(one.bytes for one in seen), statistics.median(one.requests for one in seen))
        )
    if restored := sum(one.is_restored for one in seen):
        notes.append(f"{restored} of {len(seen)} from the browser's memory")
    took = [one.took for one in seen if one.took is not None]
    return Row(what, spread(took) if took else None, " ms", ratio, target, "; ".join(notes))


def _costs(size: float, requests: float) -> str:
    return f"{number(size / 1000)} kB, {number(requests)} requests"


def _untouched(sites: dict[str, Site], seconds: float) -> list[Row]:
    """Both at the same time: neither has anything to do."""
    before = {name: _cost(site) for name, site in sites.items()}
    sites[OURS].tab.page.wait_for_timeout(1000 * seconds)
    rows = []
    for name, site in sites.items():
        size, requests = (
            HOUR / seconds * (after - then) for after, then in zip(_cost(site), before[name], strict=True)
        )
        note = f"{number(round(requests))} requests; from {number(seconds)} s"
        rows.append(Row(f"an hour in which nothing happens: {name}", spread([size / 1000]), " kB", note=note))
    return rows
