"""A browser's tab that tells when a text was painted, whatever becomes of the page meanwhile."""

import time
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage
from stack.errors import Refused

from tests.browser.turning import TURN

LOST_AFTER = 30.0  # seconds
LOOK_EVERY = 10  # milliseconds
PAINTED, RESTORED = "bench-painted", "bench-restored"
NOW = "performance.timeOrigin + performance.now()"
# In every page that the tab shows: a text is painted when it is on the screen and the next frame begins.
# What is awaited outlives a reload in the tab's storage; pages that have none, as the browser's own, show no messages.
WATCH = f"""(() => {{
    let awaited = null;
    try {{ awaited = sessionStorage.getItem("bench-awaited"); }} catch {{ return; }}
    window.benchAwait = (text) => {{ awaited = text; sessionStorage.setItem("bench-awaited", text); }};
    const has = (node) => node.textContent?.includes(awaited); // a doctype has none
    const painted = new IntersectionObserver((entries) => {{
        const {{ target }} = entries.find((entry) => entry.isIntersecting) ?? {{}};
        if (!target) return;
        painted.unobserve(target);
        const text = awaited;
        requestAnimationFrame(() => console.debug("{PAINTED}", text, {NOW}));
    }});
    const found = (node) => {{
        let element = node instanceof Element ? node : node.parentElement;
        for (let inner = element; inner; inner = [...inner.children].find(has)) element = inner;
        if (element?.closest("#log")) painted.observe(element);
    }};
    new MutationObserver((records) => {{
        if (awaited === null) return;
        for (const {{ addedNodes }} of records) for (const node of addedNodes) if (has(node)) found(node);
    }}).observe(document, {{ childList: true, subtree: true }});
    const restored = () => console.debug("{RESTORED}", {NOW});
    addEventListener("pageshow", ({{ persisted }}) => persisted && restored(), {{ capture: true }});
}})()"""
BACK = f"""() => {{
    setTimeout(() => history.back());
    return {NOW};
}}"""
SHOW = f"""() => {{
    const at = {NOW};
    ({TURN})("visible");
    return at;
}}"""
NEXT_FRAME = f"() => new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(() => shown({NOW}))))"


class Tab:
    """A tab of its own in this browser context."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        context.add_init_script(WATCH)
        self.page = context.new_page()
        self.requests = 0  # those over HTTP, and sockets, so far
        self.restored: list[float] = []  # when pages came back from the browser's memory
        self._painted: dict[str, float] = {}
        self.page.on("request", lambda _: self._asked())
        self.page.on("websocket", lambda _: self._asked())
        self.page.on("console", self._heard)

    def expect(self, text: str) -> None:
        """Look out for it from now on; it is in no message yet."""
        self.page.evaluate("text => benchAwait(text)", text)

    def until_painted(self, text: str) -> float | None:
        """When it was painted, in milliseconds of the machine's clock; None if it is not, in a long time."""
        deadline = time.monotonic() + LOST_AFTER
        while text not in self._painted and time.monotonic() < deadline:
            self.page.wait_for_timeout(LOOK_EVERY)
        return self._painted.get(text)

    def leave(self, path: str) -> None:
        """Go to another page of the same site."""
        here = urlsplit(self.page.url)
        answer = self.page.goto(f"{here.scheme}://{here.netloc}{path}", wait_until="commit")
        if not answer or answer.status != 200:
            raise Refused(f"{path} was answered {answer and answer.status}.")

    def go_back(self) -> float:
        """When it was begun."""
        return float(self.page.evaluate(BACK))

    def hide(self) -> None:
        """As if another tab were looked at: without a screen all are visible."""
        self.page.evaluate(TURN, "hidden")

    def show(self) -> float:
        """When."""
        return float(self.page.evaluate(SHOW))

    def until_restored(self, since: float) -> float | None:
        """When a page came back from the browser's memory, as `until_painted`; None also if it was loaded anew."""
        deadline = time.monotonic() + LOST_AFTER
        while not (later := [at for at in self.restored if at > since]) and time.monotonic() < deadline:
            self.page.wait_for_timeout(LOOK_EVERY)
        return later[0] if later else None

    def next_frame(self) -> float:
        """When the next one has been painted."""
        return float(self.page.evaluate(NEXT_FRAME))

    def _asked(self) -> None:
        self.requests += 1

    def _heard(self, message: ConsoleMessage) -> None:
        words = message.text.split()
        if words[:1] == [RESTORED]:
            self.restored.append(float(words[1]))
        if words[:1] == [PAINTED]:
            self._painted.setdefault(" ".join(words[1:-1]), float(words[-1]))
