"""Every screen and every state of the page, by the same hands whatever its width, colours and language.

A scene is a generator: it arranges the page, yields while somebody looks at it, and tidies up. Whoever adds a
screen or a state adds it here, or in account_scenes.py: `bin/shots` takes its picture, and test_accessibility.py
examines it.
"""

import json
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.device import Device
from tests.browser.stage import FIRST_UNREAD, LONG, Stage

Arrange = Callable[[Stage, Device], Generator[None, None, None]]
SENDS = "**/api/v1/conversations/*/messages"
POLLS = "**/api/v1/sync?**"
SCENES: list["Scene"] = []


@dataclass(frozen=True)
class Scene:
    """`who` is at the page, and `where` is the path, or the name of a conversation."""

    name: str
    who: str
    where: str
    arrange: Arrange


def scene(who: str, where: str) -> Callable[[Arrange], Arrange]:
    def add(arrange: Arrange) -> Arrange:
        SCENES.append(Scene(arrange.__name__, who, where, arrange))
        return arrange

    return add


def play(stage: Stage, names: tuple[str, ...] = ()) -> Iterator[tuple[str, Device]]:
    """Arrange one scene after the other; each is there, and at rest, while its name and its browser are given out."""
    for each in SCENES:
        if names and each.name not in names:
            continue
        device = stage.device(each.who)
        device.page.goto(each.where if each.where.startswith("/") else stage.world.path(each.where))
        with contextmanager(each.arrange)(stage, device):
            at_rest(device.page)
            yield each.name, device
        stage.forgive()


def at_rest(page: Page) -> None:
    """Nothing is looked at in the middle of a movement. What turns for ever has no end to wait for."""
    page.evaluate(
        """() => Promise.all(document.getAnimations()
            .filter((each) => Number.isFinite(each.effect?.getComputedTiming().endTime))
            .map((each) => each.finished.catch(() => {})))"""
    )


def shown(page: Page, selector: str) -> Locator:
    """The first such thing that can be seen."""
    found = page.locator(selector).first
    expect(found).to_be_visible()
    return found


def refuse(route: Route) -> None:
    problem = {"status": 403, "code": "permission_denied", "title": "Forbidden", "detail": "You may not do this."}
    route.fulfill(status=403, content_type="application/problem+json", body=json.dumps(problem))


def send(page: Page, text: str) -> None:
    shown(page, "#composer-text").fill(text)
    page.locator("#composer-send").click()


def message_menu_of(page: Page, seq: int) -> None:
    """Open what can be done to a message."""
    message = page.locator(f'[data-seq="{seq}"]')
    message.locator(".message-actions").focus()
    page.keyboard.press("Enter")
    shown(page, "#menu:popover-open")


def reload_without_polls(page: Page) -> None:
    """The page as it opens while the server does not answer."""
    page.route(POLLS, lambda route: route.abort())
    page.reload()


# Before the sign-in


@scene("stranger", "/")
def sign_in(stage: Stage, device: Device) -> Generator[None, None, None]:
    shown(device.page, "#sign-in-form")
    yield


@scene("stranger", "/")
def sign_in_wrong(stage: Stage, device: Device) -> Generator[None, None, None]:
    shown(device.page, "#sign-in-email").fill(f"nobody-{stage}@example.com")
    device.page.locator("#sign-in-password").fill("not the password")
    device.page.locator("#sign-in-password").press("Enter")
    shown(device.page, "#sign-in-error:not(:empty)")
    yield


@scene("stranger", "/")
def sign_up(stage: Stage, device: Device) -> Generator[None, None, None]:
    shown(device.page, "#to-sign-up button").click()
    shown(device.page, "#sign-up-form")
    yield


@scene("stranger", "/")
def sign_up_done(stage: Stage, device: Device) -> Generator[None, None, None]:
    device.page.route("**/auth/signup", lambda route: route.fulfill(status=202))
    shown(device.page, "#to-sign-up button").click()
    for field, text in (
        ("name", "Frank"),
        ("email", "frank@example.com"),
    ):
        device.page.locator(f"#sign-up-{field}").fill(text)
    device.page.locator("#sign-up-email").press("Enter")
    shown(device.page, "#sign-up-done")
    yield
    device.page.unroute("**/auth/signup")


@scene("stranger", "/accessibility")
def statement(stage: Stage, device: Device) -> Generator[None, None, None]:
    shown(device.page, "h1")
    yield


# The list


@scene("erin", "/")
def empty_list(stage: Stage, device: Device) -> Generator[None, None, None]:
    shown(device.page, "#list-empty")
    yield


@scene("alice", "/")
def conversation_list(stage: Stage, device: Device) -> Generator[None, None, None]:
    shown(device.page, ".conversation-item")
    yield


@scene("frank", "/")
def requests_list(stage: Stage, device: Device) -> Generator[None, None, None]:
    shown(device.page, "#request-list .conversation-item")
    yield


@scene("frank", "request")
def request_direct(stage: Stage, device: Device) -> Generator[None, None, None]:
    shown(device.page, "#closed-actions .link-button")
    expect(device.page.locator("#composer")).to_be_hidden()
    yield


@scene("frank", "request_group")
def request_group(stage: Stage, device: Device) -> Generator[None, None, None]:
    shown(device.page, "#closed-actions .link-button")
    yield


@scene("frank", "blocked")
def blocked(stage: Stage, device: Device) -> Generator[None, None, None]:
    shown(device.page, "#closed-actions .button")
    yield


@scene("frank", "folded")
def folded(stage: Stage, device: Device) -> Generator[None, None, None]:
    shown(device.page, ".bubble .link-button")
    yield


@scene("frank", "request")
def report_dialog(stage: Stage, device: Device) -> Generator[None, None, None]:
    shown(device.page, "#closed-actions .link-button").click()
    shown(device.page, "#report-dialog")
    yield
    device.page.keyboard.press("Escape")
    expect(device.page.locator("#report-dialog")).to_have_count(0)


@scene("frank", "/settings#general")
def settings_reachable(stage: Stage, device: Device) -> Generator[None, None, None]:
    shown(device.page, "#blocked-list .button").scroll_into_view_if_needed()
    yield


@scene("alice", "/")
def account_menu(stage: Stage, device: Device) -> Generator[None, None, None]:
    shown(device.page, ".conversation-item")
    device.page.locator("#account").click()
    shown(device.page, "#menu:popover-open")
    yield


@scene("alice", "/")
def search_results(stage: Stage, device: Device) -> Generator[None, None, None]:
    shown(device.page, "#search-query").fill("harbour")
    shown(device.page, "#search-results li")
    yield
    device.page.locator("#search-close").click()


@scene("alice", "/")
def search_nothing(stage: Stage, device: Device) -> Generator[None, None, None]:
    shown(device.page, "#search-query").fill("zeppelin")
    shown(device.page, "#search-status:not(:empty)")
    expect(device.page.locator("#search-status")).not_to_contain_text("…")  # it is searched no longer
    yield
    device.page.locator("#search-close").click()


@scene("alice", "/")
def offline(stage: Stage, device: Device) -> Generator[None, None, None]:
    reload_without_polls(device.page)
    shown(device.page, "#status-line")
    yield
    device.page.unroute(POLLS)


# A conversation


@scene("alice", "/")
def conversation(stage: Stage, device: Device) -> Generator[None, None, None]:
    """With a divider, a quote, reactions, code, something edited and something deleted."""
    direct = stage.world.conversations["direct"]
    stage.world.api("alice", "PUT", f"conversations/{direct}/unread", {"seq": FIRST_UNREAD})
    shown(device.page, f'.conversation-item.is-unread[href$="/c/{direct}"]').click()
    shown(device.page, ".unread-line")
    yield


@scene("alice", "direct")
def conversation_top(stage: Stage, device: Device) -> Generator[None, None, None]:
    shown(device.page, '[data-seq="10"]')
    device.page.locator("#log-scroller").evaluate("(scroller) => scroller.scrollTo(0, 0)")
    shown(device.page, ".code-block")
    yield


@scene("alice", "direct")
def message_unsent(stage: Stage, device: Device) -> Generator[None, None, None]:
    device.page.route(SENDS, lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    send(device.page, "I bring the lamp oil.")
    shown(device.page, ".message-waiting")
    yield
    device.page.locator(".message-waiting .link-button").last.click()
    device.page.unroute(SENDS)


@scene("alice", "direct")
def message_refused(stage: Stage, device: Device) -> Generator[None, None, None]:
    device.page.route(SENDS, lambda route: refuse(route) if route.request.method == "POST" else route.continue_())
    send(device.page, "I bring the lamp oil, and a long list of everything else that is needed on the island.")
    shown(device.page, ".message-refused")
    yield
    device.page.locator(".message-refused .link-button").last.click()
    device.page.unroute(SENDS)


@scene("alice", "direct")
def offline_in_conversation(stage: Stage, device: Device) -> Generator[None, None, None]:
    shown(device.page, '[data-seq="10"]')
    reload_without_polls(device.page)
    shown(device.page, "#status-line" if stage.width == 1280 else "#open-status")
    yield
    device.page.unroute(POLLS)


@scene("alice", "long")
def in_the_past(stage: Stage, device: Device) -> Generator[None, None, None]:
    """A link has led to a message far up, which the browser still has from the last time."""
    shown(device.page, f'[data-seq="{LONG}"]')
    device.page.goto(stage.world.path("long", 4))
    expect(device.page.locator('[data-seq="4"]')).to_be_in_viewport()
    shown(device.page, "#jump")
    yield


@scene("alice", "empty")
def conversation_without_words(stage: Stage, device: Device) -> Generator[None, None, None]:
    shown(device.page, "#log-empty")
    yield


@scene("alice", "group")
def group(stage: Stage, device: Device) -> Generator[None, None, None]:
    shown(device.page, ".mention-me")
    yield


@contextmanager
def look_alike(stage: Stage) -> Iterator[None]:
    """Bob is called as Alice is, as far as one can see. What Alice sets for herself brings the conversations anew."""

    def rename(name: str) -> None:
        stage.world.api("bob", "PATCH", "me", {"name": name})
        for key in ("direct", "group"):
            path = f"conversations/{stage.world.conversations[key]}/notifications"
            for level in ("none", "all"):
                stage.world.api("alice", "PUT", path, {"level": level, "muted_until": None})

    rename("Alice W\u0456nter")
    try:
        yield
    finally:
        rename("Bob Marsh")


@scene("alice", "group")
def staff_and_look_alike(stage: Stage, device: Device) -> Generator[None, None, None]:
    with look_alike(stage):
        shown(device.page, "#log .person-mark-staff")
        shown(device.page, "#log .person-mark-alike")
        yield


@scene("alice", "group")
def staff_and_look_alike_in_the_group(stage: Stage, device: Device) -> Generator[None, None, None]:
    with look_alike(stage):
        shown(device.page, "#log .person-mark-alike")
        shown(device.page, "#open-people").click()
        shown(device.page, "#group-members .person-mark-alike")
        yield
        device.page.locator("#group-close").click()


@scene("alice", "direct")
def look_alike_of_mine(stage: Stage, device: Device) -> Generator[None, None, None]:
    with look_alike(stage):
        shown(device.page, "#open-marks .person-mark-alike")
        yield


@scene("alice", "/c/999999")
def missing_conversation(stage: Stage, device: Device) -> Generator[None, None, None]:
    shown(device.page, "#missing")
    yield


# What can be done to a message


@scene("alice", "direct")
def message_menu(stage: Stage, device: Device) -> Generator[None, None, None]:
    shown(device.page, '[data-seq="7"]')
    message_menu_of(device.page, 7)
    yield


@scene("alice", "direct")
def emoji_picker(stage: Stage, device: Device) -> Generator[None, None, None]:
    shown(device.page, '[data-seq="7"]')
    message_menu_of(device.page, 7)
    device.page.locator(".menu-choice").last.click()
    shown(device.page, ".emoji-choice")
    yield


@scene("alice", "direct")
def reply_bar(stage: Stage, device: Device) -> Generator[None, None, None]:
    shown(device.page, '[data-seq="9"]')
    message_menu_of(device.page, 9)
    device.page.locator(".menu-item").first.click()
    shown(device.page, "#replying")
    yield
    device.page.locator("#replying-cancel").click()


@scene("alice", "direct")
def editing(stage: Stage, device: Device) -> Generator[None, None, None]:
    shown(device.page, '[data-seq="7"]')
    shown(device.page, "#composer-text").press("ArrowUp")
    shown(device.page, "#editing")
    yield
    device.page.locator("#editing-cancel").click()


@scene("alice", "group")
def mention_list(stage: Stage, device: Device) -> Generator[None, None, None]:
    shown(device.page, ".mention-me")
    shown(device.page, "#composer-text").press_sequentially("@")
    shown(device.page, "#mentions")
    yield
    device.page.locator("#composer-text").fill("")


@scene("alice", "direct")
def message_too_long(stage: Stage, device: Device) -> Generator[None, None, None]:
    shown(device.page, "#composer-text").fill("Long. " * 1700)
    shown(device.page, "#composer-count:not(:empty)")
    yield
    device.page.locator("#composer-text").fill("")


@scene("alice", "direct")
def toast_with_undo(stage: Stage, device: Device) -> Generator[None, None, None]:
    shown(device.page, '[data-seq="7"]')
    message_menu_of(device.page, 7)
    device.page.locator(".menu-item-danger").click()
    # While somebody is at the button the message is not deleted yet.
    shown(device.page, ".toast button").focus()
    yield
    device.page.locator(".toast button").press("Enter")
    expect(device.page.locator('[data-seq="7"] .bubble-deleted')).to_have_count(0)


@scene("alice", "direct")
def notifications_menu(stage: Stage, device: Device) -> Generator[None, None, None]:
    shown(device.page, "#open-notifications").click()
    shown(device.page, "#menu:popover-open")
    yield


# What lies over the page


@scene("alice", "/")
def switcher(stage: Stage, device: Device) -> Generator[None, None, None]:
    device.until_ready()
    device.page.keyboard.press("Control+k")
    shown(device.page, "#switcher-query").fill("a")
    shown(device.page, ".switcher-option")
    yield


@scene("alice", "/")
def keyboard_map(stage: Stage, device: Device) -> Generator[None, None, None]:
    device.until_ready()
    device.page.keyboard.press("?")
    shown(device.page, "#keys-dialog[open]")
    yield


@scene("alice", "/")
def people_dialog(stage: Stage, device: Device) -> Generator[None, None, None]:
    """Two are chosen, so the group wants a name."""
    shown(device.page, "#new-conversation").click()
    for _ in range(2):
        shown(device.page, '#people-found [aria-pressed="false"]').click()
    shown(device.page, "#people-title-field")
    yield


@scene("alice", "group")
def group_dialog(stage: Stage, device: Device) -> Generator[None, None, None]:
    shown(device.page, "#open-people").click()
    shown(device.page, "#group-members li")
    yield


@scene("alice", "group")
def group_leave(stage: Stage, device: Device) -> Generator[None, None, None]:
    shown(device.page, "#open-people").click()
    shown(device.page, "#group-leave").click()
    shown(device.page, "#group-sure")
    yield


# The settings


@scene("alice", "/settings")
def settings(stage: Stage, device: Device) -> Generator[None, None, None]:
    expect(device.page.locator("#email")).to_be_enabled()
    shown(device.page, "#suppressed")
    yield


@scene("alice", "/settings")
def settings_log(stage: Stage, device: Device) -> Generator[None, None, None]:
    shown(device.page, "#sent-list li").scroll_into_view_if_needed()
    device.page.locator("#sent-title").evaluate("(title) => title.scrollIntoView()")
    yield
