"""Reading a long history: a window that moves, links into the middle, and a place that is kept."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from backend.accounts.models import User
from tests.browser.device import Device
from tests.conftest import token_of
from tests.support.hark import Hark
from tests.support.history import add_talk
from tests.support.http import request

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("browser_path")]

WINDOW = 300  # messages
HEAP_MAX = 48 * 2**20  # bytes; an empty chat has about 5 MB
NODES_MAX = 30 * WINDOW  # of the DOM
PATIENCE = 300  # seconds for some thousand messages, on a busy machine
Make = Callable[..., Device]

# At each change of the log: how many messages it holds, which, and whether they follow one another.
WATCH = """() => {
    const log = document.getElementById("log");
    window.watched = { most: 0, faults: [], seqs: new Set() };
    const look = () => {
        const seqs = [...log.querySelectorAll("[data-seq]")].map((line) => Number(line.dataset.seq));
        watched.most = Math.max(watched.most, seqs.length);
        seqs.forEach((seq, at) => {
            watched.seqs.add(seq);
            if (at > 0 && seq !== seqs[at - 1] + 1) watched.faults.push([seqs[at - 1], seq]);
        });
    };
    new MutationObserver(look).observe(log, { childList: true });
    look();
}"""
ENDS = """() => {
    const lines = document.querySelectorAll("#log [data-seq]");
    return [Number(lines[0].dataset.seq), Number(lines[lines.length - 1].dataset.seq)];
}"""
GO = """path => {
    history.pushState(null, "", path);
    dispatchEvent(new PopStateEvent("popstate"));
}"""
# The first message that can be seen whole, and how far below the top.
PLACE = """() => {
    const top = document.getElementById("log-scroller").getBoundingClientRect().top;
    const lines = [...document.querySelectorAll("#log [data-seq]")];
    const line = lines.find((each) => each.getBoundingClientRect().top >= top);
    return { seq: line.dataset.seq, top: line.getBoundingClientRect().top - top };
}"""


class Talk:
    """Alice's conversation with Bob, who is not at the page."""

    def __init__(self, hark: Hark, bob: User, conversation: int) -> None:
        self.path = f"/c/{conversation}"
        self._port = hark.port
        self._token = token_of(bob)
        self._messages = f"/api/v1/conversations/{conversation}/messages"

    def bob_says(self, text: str, client_id: str) -> None:
        body = {"client_id": client_id, "text": text}
        assert request(self._port, "POST", self._messages, token=self._token, body=body).status == 201

    def bob_edits(self, seq: int, text: str) -> None:
        path = f"{self._messages}/{seq}"
        assert request(self._port, "PATCH", path, token=self._token, body={"text": text}).status == 200


@pytest.fixture
def begin(hark: Hark, alice: User, bob: User, direct: int) -> Callable[..., Talk]:
    """Makes the history and starts the server; to be called before a device is made."""

    def begin(count: int, read: int) -> Talk:
        add_talk(direct, alice, bob, count=count, read=read)
        hark.start("web")
        return Talk(hark, bob, direct)

    return begin


@pytest.fixture
def endless(begin: Callable[..., Talk]) -> Talk:
    return begin(100_000, 100_000)


@pytest.fixture
def long(begin: Callable[..., Talk]) -> Talk:
    return begin(2_000, 2_000)


@pytest.fixture
def unread(begin: Callable[..., Talk]) -> Talk:
    return begin(2_000, 1_000)


def enter(device: Make, path: str, **options: Any) -> Device:
    """Alice, with this address open."""
    alice = device(**options)
    alice.sign_in("alice@example.com")
    expect(alice.in_list("Bob")).to_be_visible()
    alice.page.evaluate(GO, path)
    expect(alice.page.locator("#log [data-seq]").first).to_be_attached()
    return alice


def line(device: Device, seq: int) -> Locator:
    return device.page.locator(f"#log [data-seq='{seq}']")


def ends(device: Device) -> tuple[int, int]:
    first, last = device.page.evaluate(ENDS)
    return first, last


def scroll(device: Device, pixels: int, until: Callable[[int, int], bool]) -> None:
    """Turn the wheel again and again until the messages that are there are the wanted ones."""
    box = device.page.locator("#log-scroller").bounding_box()
    assert box
    device.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    def look() -> bool:
        device.page.mouse.wheel(0, pixels)
        return until(*ends(device))

    device.until(look, "scrolled far enough", seconds=PATIENCE)


def metrics(device: Device) -> dict[str, float]:
    """What the page's memory holds after its garbage is gone."""
    session = device.context.new_cdp_session(device.page)
    session.send("Performance.enable")
    session.send("HeapProfiler.collectGarbage")
    found = {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}
    session.detach()
    return found


def test_a_hundred_thousand_messages_scroll_within_bounds(endless: Talk, device: Make) -> None:
    alice = enter(device, endless.path)
    expect(line(alice, 100_000)).to_be_in_viewport()
    alice.page.evaluate(WATCH)

    scroll(alice, -4000, lambda first, last: first <= 97_000)
    alice.page.evaluate(GO, f"{endless.path}/50000")
    expect(line(alice, 50_000)).to_be_in_viewport()
    scroll(alice, 4000, lambda first, last: last >= 52_500)
    scroll(alice, -4000, lambda first, last: first <= 49_000)

    watched = alice.page.evaluate("() => ({ ...watched, seqs: [...watched.seqs] })")
    assert watched["faults"] == [], "messages are missing, doubled or out of order"
    assert watched["most"] <= WINDOW
    shown = set(watched["seqs"])
    assert set(range(97_000, 100_001)) <= shown
    assert set(range(49_000, 52_501)) <= shown
    found = metrics(alice)
    print(
        f"heap {found['JSHeapUsedSize'] / 2**20:.1f} MB, {found['Nodes']:.0f} nodes, layouts {found['LayoutCount']:.0f}"
    )
    assert found["JSHeapUsedSize"] <= HEAP_MAX
    assert found["Nodes"] <= NODES_MAX


def test_older_messages_come_in_without_moving_what_is_read(long: Talk, device: Make) -> None:
    alice = enter(device, long.path)
    expect(line(alice, 2_000)).to_be_in_viewport()
    first, _ = ends(alice)
    alice.page.evaluate("() => { document.getElementById('log-scroller').scrollTop = 700; }")
    before = alice.page.evaluate(PLACE)
    alice.until(lambda: ends(alice)[0] < first, "older messages are there")
    after = alice.page.evaluate(PLACE)
    assert after["seq"] == before["seq"]
    assert abs(after["top"] - before["top"]) <= 2
    day = alice.page.locator("#log-day")
    expect(day).to_be_visible()
    assert day.inner_text() in alice.page.locator("#log .day").all_inner_texts()


def test_a_link_leads_to_its_message(long: Talk, device: Make) -> None:
    alice = enter(device, long.path)
    alice.page.goto(f"{long.path}/900")  # the page anew, as from a mail
    expect(line(alice, 900)).to_be_in_viewport()
    expect(line(alice, 900)).to_be_focused()
    expect(alice.page.locator("#log .message-marked")).to_have_count(0)
    expect(alice.page.locator("#notice")).not_to_be_visible()

    alice.page.evaluate(GO, f"{long.path}/1100")
    expect(alice.page.locator("#log .message-marked")).to_have_attribute("data-seq", "1100")
    alice.page.go_back()
    expect(line(alice, 900)).to_be_in_viewport()


def test_a_link_to_nothing_leads_to_the_nearest_and_says_so(long: Talk, device: Make) -> None:
    alice = enter(device, f"{long.path}/777777")
    expect(line(alice, 2_000)).to_be_focused()
    expect(alice.page.get_by_text("That message is not here. This is the one nearest to it.")).to_be_visible()


def test_in_the_past_new_messages_are_counted_until_one_jumps_to_them(long: Talk, device: Make) -> None:
    alice = enter(device, f"{long.path}/500")
    expect(line(alice, 500)).to_be_focused()
    before = alice.page.evaluate(PLACE)
    for number in range(3):
        long.bob_says(f"What is new, {number}", f"00000000-0000-4000-8000-00000000000{number}")
    pill = alice.page.get_by_role("button", name="3 new messages")
    expect(pill).to_be_visible()
    assert alice.page.evaluate(PLACE) == before
    assert ends(alice)[1] < 2_000
    expect(alice.message("What is new")).to_have_count(0)

    pill.click()
    expect(alice.message("What is new, 2")).to_be_in_viewport()
    expect(alice.composer).to_be_focused()
    expect(pill).not_to_be_visible()
    expect(alice.page.locator("#notice")).not_to_be_visible()
    assert alice.page.url.endswith(long.path)
    expect(alice.in_list("Bob").get_by_text("unread")).to_have_count(0)


def test_what_one_writes_in_the_past_leads_to_the_end(long: Talk, device: Make) -> None:
    alice = enter(device, f"{long.path}/500")
    expect(line(alice, 500)).to_be_focused()
    alice.composer.fill("And now I answer")
    alice.composer.press("Enter")
    expect(alice.message("And now I answer")).to_be_in_viewport()
    expect(line(alice, 2_001)).to_be_in_viewport()


def test_a_conversation_opens_at_the_first_unread_message(unread: Talk, device: Make) -> None:
    alice = enter(device, unread.path)
    divider = alice.page.get_by_role("separator", name="New", exact=True)
    expect(divider).to_be_in_viewport()
    expect(line(alice, 1_001)).to_be_in_viewport()
    assert ends(alice)[1] < 2_000
    expect(alice.page.locator("#jump")).to_contain_text("new messages")

    scroll(alice, 4000, lambda first, last: last == 2_000)
    alice.page.locator("#jump").click()
    expect(line(alice, 2_000)).to_be_in_viewport()
    expect(divider).to_have_count(0)
    alice.page.evaluate(GO, f"{unread.path}/1010")
    expect(divider).to_be_attached()
    assert divider.evaluate("(each) => each.nextElementSibling.dataset.seq") == "1001"


def test_a_repaint_keeps_the_focus_in_its_line(long: Talk, device: Make) -> None:
    alice = enter(device, long.path)
    button = line(alice, 1_997).get_by_role("button", name="Message actions")
    button.focus()
    long.bob_edits(1_997, "said better")
    expect(alice.message("said better")).to_be_visible()
    expect(button).to_be_focused()


def test_only_what_comes_in_is_read_out(long: Talk, device: Make) -> None:
    alice = enter(device, long.path)
    log = alice.page.get_by_role("log", name="Messages in Bob")
    expect(log).to_have_attribute("aria-live", "polite")
    silent = alice.page.locator("#log > :not([aria-live='off'])")
    expect(silent).to_have_count(0)
    long.bob_says("Hear, hear", "00000000-0000-4000-8000-000000000000")
    expect(alice.message("Hear, hear")).to_be_visible()
    expect(silent).to_have_count(1)
    expect(silent).to_contain_text("Hear, hear")

    scroll(alice, -4000, lambda first, last: first < 1_700)
    scroll(alice, 4000, lambda first, last: last == 2_001)
    expect(line(alice, 2_001)).to_have_attribute("aria-live", "off")
    expect(log).to_have_attribute("aria-live", "polite")
