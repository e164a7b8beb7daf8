"""Coming back to the chat: what was there is painted at once, what is new comes with one answer, and nobody sees what
is another's."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest
from playwright.sync_api import Browser, Page, Playwright, Route, expect

from backend.accounts.models import User
from tests.browser.device import Device
from tests.browser.flags import FLAGS
from tests.browser.pen import Pen
from tests.browser.traffic import query
from tests.conftest import Api, token_of
from tests.support.hark import Hark

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("browser_path")]

Make = Callable[..., Device]
# Everything that the browser keeps for the site, but cookies.
KEPT = """async () => {
    const found = Object.entries(localStorage).flat();
    for (const { name } of await indexedDB.databases()) {
        const database = await new Promise((resolve, reject) => {
            const request = indexedDB.open(name);
            request.onsuccess = () => resolve(request.result);
            request.onerror = () => reject(request.error);
        });
        for (const store of database.objectStoreNames) {
            const request = database.transaction(store).objectStore(store).getAll();
            await new Promise((resolve) => { request.onsuccess = resolve; });
            found.push(name, ...request.result.map((value) => JSON.stringify(value)));
        }
        database.close();
    }
    return found.join(" ");
}"""


BOATS = """[...document.querySelectorAll("article.message")]
    .map(({ textContent }) => Number(/Boat (\\d+)/.exec(textContent)?.[1] ?? -1))"""


@pytest.fixture
def pen(hark: Hark, bob: User) -> Pen:
    """Bob's."""
    return Pen(hark, token_of(bob))


@pytest.fixture
def chat(hark: Hark, bob: User, direct: int, group: int, pen: Pen) -> Hark:
    """Alice and Bob have a conversation, and one with Carol."""
    Api(bob).say(direct, "Good morning, Alice")
    Api(bob).say(group, "Good morning, all")
    hark.start("web", HARK_LIMIT_RATES="send=10000/60")  # Bob writes a lot
    return hark


@pytest.fixture
def laptop(chat: Hark, device: Make) -> Device:
    """Alice's; she reads what Bob wrote."""
    laptop = device()
    laptop.sign_in("alice@example.com")
    laptop.open("Bob")
    expect(laptop.message("Good morning, Alice")).to_be_visible()
    is_kept(laptop, "Good morning, Alice")
    return laptop


def kept(page: Page) -> str:
    return str(page.evaluate(KEPT))


def is_kept(device: Device, text: str) -> None:
    device.until(lambda: text in kept(device.page), f"the browser keeps {text}")


@contextmanager
def held(device: Device) -> Iterator[list[Route]]:
    """The server's answers do not come through until the end."""
    routes: list[Route] = []
    device.context.route("**/api/v1/**", lambda route: routes.append(route))
    yield routes
    for route in routes:
        route.continue_()
    device.context.unroute("**/api/v1/**")


def test_what_was_on_the_screen_is_painted_before_the_server_has_said_a_word(
    laptop: Device, pen: Pen, direct: int
) -> None:
    laptop.page.goto("about:blank")
    pen.say(direct, "The harbour is lit.")
    laptop.traffic.asked.clear()
    with held(laptop) as routes:
        laptop.page.goto(f"/c/{direct}")
        expect(laptop.message("Good morning, Alice")).to_be_visible()
        expect(laptop.composer).to_be_visible()
        laptop.until(lambda: len(routes) >= 2, "it asks who is signed in, and what is new")
        paths = sorted(route.request.url.partition("/api/v1/")[2].partition("?")[0] for route in routes)
        assert paths == ["me", "sync"]
        [poll] = [route.request for route in routes if "/sync" in route.request.url]
        assert {"cursor", "conversation", "after"} <= query(poll).keys(), "one delta is all that is asked"
        expect(laptop.page.locator("#open-status")).to_contain_text("Up to date as of")
        assert laptop.message("The harbour is lit.").count() == 0
    expect(laptop.message("The harbour is lit.")).to_be_visible()
    expect(laptop.page.get_by_role("separator", name="New", exact=True)).to_be_visible()
    expect(laptop.page.locator("#open-status")).not_to_be_visible()
    assert not [request for request in laptop.traffic.asked if "/messages" in request.url], "one delta was all"


def test_another_one_who_is_signed_in_by_now_sees_nothing_of_the_first(
    laptop: Device, chat: Hark, device: Make
) -> None:
    other = device()
    other.sign_in("bob@example.com")
    expect(other.in_list("Alice")).to_be_visible()
    laptop.page.goto("about:blank")
    laptop.context.clear_cookies()
    laptop.context.add_cookies(other.context.cookies())  # type: ignore[arg-type]
    laptop.page.goto("/")
    expect(laptop.in_list("Alice")).to_be_visible()
    expect(laptop.in_list("Bob")).to_have_count(0)
    laptop.until(lambda: "alice@example.com" not in kept(laptop.page), "nothing of alice is kept")
    assert "hark-person" in kept(laptop.page)


def test_another_one_who_signs_in_sees_nothing_of_the_first(laptop: Device, alice: User, direct: int) -> None:
    laptop.composer.fill("Only for Bob, unsent")
    is_kept(laptop, "Only for Bob, unsent")
    laptop.context.clear_cookies()
    laptop.page.reload()
    expect(laptop.page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(laptop.message("Good morning, Alice")).not_to_be_visible()
    laptop.until(lambda: "Good morning, Alice" not in kept(laptop.page), "what was read is not kept")
    laptop.sign_in("carol@example.com")
    expect(laptop.in_list("Harbour light")).to_be_visible()
    everything = kept(laptop.page)
    assert "unsent" not in everything
    assert "alice@example.com" not in everything
    assert f"hark-{alice.pk} " not in everything
    assert "unsent" not in laptop.page.content()
    # The address is still that of alice's conversation, which is not carol's to see.
    laptop.complaints[:] = [line for line in laptop.complaints if f"/conversations/{direct}" not in line]


def test_signing_out_leaves_nothing_behind(laptop: Device) -> None:
    laptop.composer.fill("Only for Bob, unsent")
    is_kept(laptop, "Only for Bob, unsent")
    laptop.sign_out()
    expect(laptop.page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert kept(laptop.page) == ""
    laptop.page.go_back()
    expect(laptop.page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert kept(laptop.page) == ""


def test_signing_out_in_one_tab_leaves_nothing_behind_in_another(laptop: Device) -> None:
    first = laptop.page
    laptop.new_tab()
    laptop.open("Bob")
    laptop.sign_out()
    expect(laptop.page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(first.get_by_role("heading", name="Sign in")).to_be_visible()
    first.close()
    laptop.page.wait_for_timeout(2000)  # milliseconds: twice the pause after which a page writes
    assert kept(laptop.page) == ""


def test_a_shared_computer_keeps_nothing(chat: Hark, device: Make) -> None:
    library = device()
    library.page.get_by_label("This is a shared computer").check()
    library.sign_in("alice@example.com")
    library.open("Bob")
    expect(library.message("Good morning, Alice")).to_be_visible()
    for _ in range(2):
        library.composer.fill("Half a word")
        library.page.wait_for_timeout(2000)  # milliseconds: twice the pause after which a page would write
        assert kept(library.page) == ""
        library.page.reload()
        expect(library.message("Good morning, Alice")).to_be_visible()
    library.sign_out()
    expect(library.page.get_by_role("heading", name="Sign in")).to_be_visible()
    library.sign_in("alice@example.com")
    library.open("Bob")
    is_kept(library, "Good morning, Alice")


BROKEN = """async (text) => {
    const [{ name }] = await indexedDB.databases();
    const database = await new Promise((resolve) => {
        const request = indexedDB.open(name);
        request.onsuccess = () => resolve(request.result);
    });
    const transaction = database.transaction("state", "readwrite");
    transaction.objectStore("state").put(text, "snapshot");
    await new Promise((resolve) => { transaction.oncomplete = resolve; });
    database.close();
}"""


@pytest.mark.parametrize("text", ["not JSON", '{"shape": 0}', '{"shape": 1, "cursor": 5}', "null"])
def test_a_snapshot_that_cannot_be_read_is_as_good_as_none(laptop: Device, text: str) -> None:
    laptop.page.evaluate(BROKEN, text)
    laptop.page.reload()
    expect(laptop.message("Good morning, Alice")).to_be_visible()
    is_kept(laptop, "Good morning, Alice")


@pytest.mark.parametrize("fault", ["() => { throw new DOMException('', 'SecurityError') }", "() => ({})"])
def test_a_browser_that_keeps_nothing_or_hangs_shows_the_chat_all_the_same(
    chat: Hark, device: Make, fault: str
) -> None:
    private = device()
    private.page.add_init_script(f"IDBFactory.prototype.open = {fault};")
    private.page.reload()
    private.sign_in("alice@example.com")
    private.open("Bob")
    expect(private.message("Good morning, Alice")).to_be_visible()
    private.write("Good morning, Bob")
    expect(private.message("Good morning, Bob").get_by_text("Sent", exact=True)).to_be_visible()
    private.page.reload()
    expect(private.message("Good morning, Bob")).to_be_visible()


def test_a_cursor_that_is_ahead_of_the_server_starts_afresh(laptop: Device, direct: int) -> None:
    laptop.page.goto("/accessibility")  # nobody writes a snapshot there
    laptop.page.evaluate(
        """async () => {
            const [{ name }] = await indexedDB.databases();
            const database = await new Promise((resolve) => {
                const request = indexedDB.open(name);
                request.onsuccess = () => resolve(request.result);
            });
            const store = database.transaction("state", "readwrite").objectStore("state");
            const request = store.get("snapshot");
            await new Promise((resolve) => { request.onsuccess = resolve; });
            const snapshot = JSON.parse(request.result);
            snapshot.cursor += 1000;
            const put = store.put(JSON.stringify(snapshot), "snapshot");
            await new Promise((resolve) => { put.onsuccess = resolve; });
            database.close();
        }"""
    )
    known = len(laptop.traffic.polls)
    laptop.page.goto(f"/c/{direct}")
    laptop.until(lambda: any("cursor" not in query(poll) for poll in laptop.traffic.polls[known:]), "it starts afresh")
    expect(laptop.message("Good morning, Alice")).to_be_visible()
    laptop.write("We go on.")
    laptop.complaints[:] = [line for line in laptop.complaints if "409" not in line]


def test_after_a_long_absence_the_newest_page_is_loaded_and_nothing_is_missing(
    laptop: Device, pen: Pen, direct: int
) -> None:
    laptop.page.goto("about:blank")
    for number in range(260):
        pen.say(direct, f"Boat {number}.")
    laptop.page.go_back()
    jump = laptop.page.locator("#jump")
    # What was kept may be painted before the news is there, or after: then it begins at the first unread one.
    expect(laptop.message("Boat 259.").or_(jump).first).to_be_visible()
    if jump.is_visible():
        jump.click()
    expect(laptop.message("Boat 259.")).to_be_visible()
    numbers: list[int] = laptop.page.evaluate(BOATS)
    assert numbers == list(range(numbers[0], 260))


SHELL_IS_KEPT = """async () => {
    await navigator.serviceWorker.ready;
    return Boolean(await caches.match("/"));
}"""


def test_the_page_opens_while_the_server_is_down_and_goes_on_when_it_is_back(chat: Hark, laptop: Device) -> None:
    laptop.until(lambda: bool(laptop.page.evaluate(SHELL_IS_KEPT)), "the shell is kept")
    chat.kill("web")
    laptop.page.reload()
    expect(laptop.message("Good morning, Alice")).to_be_visible()
    laptop.write("Is anybody there?")
    expect(laptop.message("Is anybody there?")).to_contain_text("Not sent, will retry")
    expect(laptop.page.locator("#open-status")).to_contain_text("Up to date as of")
    laptop.page.reload()
    expect(laptop.message("Is anybody there?")).to_be_visible()
    chat.start("web")
    expect(laptop.message("Is anybody there?").get_by_text("Sent", exact=True)).to_be_visible(timeout=60_000)
    assert "/api/" not in str(laptop.page.evaluate(CACHED)), "the worker has kept an answer of the API"
    laptop.complaints[:] = [line for line in laptop.complaints if "net::ERR_" not in line]


CACHED = """async () => {
    const found = [];
    for (const name of await caches.keys()) {
        for (const { url } of await (await caches.open(name)).keys()) found.push(url);
    }
    return found.join(" ");
}"""


@pytest.fixture
def browser_with_cache(playwright: Playwright, browser_path: str) -> Iterator[Browser]:
    """As people have it: Playwright turns the back/forward cache off."""
    keep = ["--disable-back-forward-cache"]
    with closing(
        playwright.chromium.launch(executable_path=browser_path, args=FLAGS, ignore_default_args=keep)
    ) as browser:
        yield browser


@pytest.fixture
def remembered(chat: Hark, browser_with_cache: Browser) -> Device:
    """Alice's, whose browser keeps the page that she leaves; she reads what Bob wrote."""
    alice = Device(browser_with_cache, chat.url)
    alice.sign_in("alice@example.com")
    alice.open("Bob")
    expect(alice.message("Good morning, Alice")).to_be_visible()
    return alice


def test_going_back_brings_the_page_as_it_was_and_the_news_at_once(remembered: Device, pen: Pen, direct: int) -> None:
    alice = remembered
    alice.page.evaluate("() => { window.isTheSame = true; }")
    alice.page.goto("/healthz")
    pen.say(direct, "While you were away")
    alice.page.go_back(wait_until="commit")
    expect(alice.message("While you were away")).to_be_visible()
    assert alice.page.evaluate("window.isTheSame === true"), "the page was loaded anew"
    assert [line for line in alice.complaints if "favicon" not in line] == []


# Not by Playwright: it loses what is asked while a page is brought back.
HOLD_ME = """() => {
    const really = window.fetch;
    const told = new Promise((resolve) => { window.tell = resolve; });
    window.fetch = async (url, options) => {
        const answer = await really(url, options);
        if (url.includes("/api/v1/sync")) window.hasAnswered = true;
        if (url.endsWith("/api/v1/me")) await told;
        return answer;
    };
}"""


def test_going_back_takes_nothing_in_before_the_server_has_said_who_is_signed_in(
    remembered: Device, pen: Pen, direct: int
) -> None:
    alice = remembered
    alice.page.evaluate(HOLD_ME)
    alice.page.goto("/healthz")  # its own poll is given up
    pen.say(direct, "While you were away")
    alice.page.go_back(wait_until="commit")
    alice.until(lambda: alice.page.evaluate("window.hasAnswered === true"), "the news has come")
    alice.page.wait_for_timeout(500)
    assert alice.message("While you were away").count() == 0
    alice.page.evaluate("tell()")
    expect(alice.message("While you were away")).to_be_visible()
