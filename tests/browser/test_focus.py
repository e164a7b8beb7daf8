"""The focus, where the page paints anew what has it, and what is sent by an impatient person. The parts of the page are
looked at one by one, in a page that nobody is signed in at."""

from collections.abc import Callable
from typing import Any

import pytest
from django.templatetags.static import static
from playwright.sync_api import Error, Page, expect

from tests.browser.device import Device
from tests.support.hark import Hark

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("browser_path")]

Make = Callable[..., Device]
IN_PAGE = """async ([domPath, path]) => {
    const [dom, part] = [await import(domPath), path ? await import(path) : null];
    SCRIPT
}"""
# What the scripts below have: `answers`, asked for in this order, and a clock whose time passes when they say so.
TOOLS = """
    const answers = [];
    const ask = () => new Promise((resolve, reject) => answers.push({ resolve, reject }));
    const timers = [];
    const clock = { now: () => 0, setTimeout: (run) => timers.push(run), clearTimeout() {} };
    const settled = () => new Promise((resolve) => setTimeout(resolve, 20));
    const focused = () => document.activeElement.id || document.activeElement.textContent.slice(0, 40);
"""
LISTS = """
    const list = document.createElement("ul");
    const title = document.createElement("h3");
    Object.assign(title, { id: "title", tabIndex: -1 });
    document.body.append(title, list);
    const item = (key, text) => {
        const made = dom.el("li", "", dom.button(text, "", () => {}));
        made.firstChild.dataset.key = key;
        return made;
    };
    const [one, two] = [item("1", "one"), item("2", "two")];
    dom.arrange(list, [one, two], title);
    two.firstChild.focus();
    dom.arrange(list, [two, one], title);
    const found = [focused()];
    dom.arrange(list, [item("1", "one anew"), item("2", "two anew")], title);
    found.push(focused());
    dom.arrange(list, [item("1", "one")], title);
    found.push(focused());
    title.blur();
    dom.arrange(list, [item("1", "one")], title);
    return [...found, document.activeElement === document.body];
"""
MENU = """
    const log = document.getElementById("log");
    const row = (text) => {
        const opener = dom.button(text, "", () => {});
        opener.dataset.part = "more";
        const made = dom.el("article", "", opener);
        made.dataset.key = "m7";
        return made;
    };
    for (let box = log; box; box = box.parentElement) box.hidden = false;
    const before = row("before");
    log.append(before);
    const menu = new part.Menu();
    menu.open(before.firstChild, []);
    before.replaceWith(row("after"));
    menu.close();
    const found = [focused()];
    menu.open(log.querySelector("[data-key=m7] button"), []);
    log.querySelector("[data-key=m7]").remove();
    menu.close();
    return [...found, document.activeElement.id];
"""
PEOPLE = """
    const session = { me: { id: 1 }, api: { users: ask }, environment: { clock } };
    const dialog = new part.PeopleDialog({ session, go() {} });
    const [bob, carol] = [{ id: 2, name: "Bob" }, { id: 3, name: "Carol" }];
    const found = [];
    const pressed = () => [...dialog.found.querySelectorAll("button")].map((each) => each.ariaPressed).join();
    const answer = async (...users) => { answers.shift().resolve({ users }); await settled(); };
    dialog.open();
    await answer(bob);
    dialog.query.value = "bo";
    dialog.query.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", cancelable: true }));
    dialog.found.querySelector("button").focus();
    await answer(carol, bob);
    found.push(document.activeElement.querySelector(".person-name").textContent, pressed());
    dialog.search.ask("");
    await answer(carol);
    found.push(document.activeElement.id);
    dialog.start.focus();
    session.startConversation = ask;
    for (const _ of [1, 2]) dialog.start.form.requestSubmit(dialog.start);
    await settled();
    return [...found, answers.length, document.activeElement.id];
"""
DIALOG = """
    const dialog = new part.FormDialog({ email: "" }, { title: "", action: "Go", submit: ask });
    const result = dialog.open();
    for (const _ of [1, 2]) dialog.form.requestSubmit();
    dialog.dialog.close();
    await settled();
    answers[0].resolve();
    return [await result, answers.length, document.querySelectorAll(".account-dialog").length];
"""
EXPORTS = """
    const tools = { api: { exports: ask }, turn: {}, session: { environment: { clock } }, time: { moment: String } };
    const section = new part.Exports(tools);
    document.body.append(section.root);
    const one = { id: 1, state: "waiting", created_at: "1", expires_at: null, size: null, url: null };
    const again = async (answer) => { timers.shift()(); answer(answers.shift()); await settled(); };
    const loaded = section.load();
    answers.shift().resolve([one]);
    await loaded;
    const item = section.list.firstChild;
    await again(({ reject }) => reject(new Error()));
    await again(({ resolve }) => resolve([one]));
    const found = [section.list.firstChild === item];
    await again(({ resolve }) => resolve([{ ...one, state: "ready", expires_at: "2", url: "/there", size: 1 }]));
    section.list.querySelector("a").focus();
    section.load();
    answers.shift().resolve([{ ...one, state: "ready", expires_at: "3", url: "/there", size: 1 }]);
    await settled();
    return [...found, timers.length, document.activeElement.pathname];
"""
PAGES = """
    const [list, more, empty] = ["ol", "button", "p"].map((tag) => document.createElement(tag));
    document.body.append(list, more);
    const status = { clear() {}, fail() {} };
    const pages = new part.Pages({ list, more, empty, status, ask, item: (text) => dom.el("li", "", text) });
    const texts = () => [...list.children].map(({ textContent }) => textContent).join();
    pages.load();
    answers.shift().resolve({ entries: ["c"], next: 3 });
    await settled();
    more.click();
    more.click();
    const found = [answers.length];
    pages.load();
    for (const entries of [["b"], ["d"]]) answers.shift().resolve({ entries, next: null });
    await settled();
    return [...found, texts(), more.ariaBusy];
"""


SIGN_IN = """
    const form = document.getElementById("sign-in-form");
    window.fetch = ask;
    form.elements.email.value = "alice@example.com";
    form.elements.password.value = "a password";
    for (const _ of [1, 2]) form.requestSubmit(form.querySelector("[type=submit]"));
    await settled();
    return answers.length;
"""
CASES: dict[str, tuple[str, str, Any]] = {
    "a list keeps it at the same thing": (LISTS, "", ["two", "two anew", "title", True]),
    "a menu gives it back to what stands where its button was": (MENU, "views/menu.js", ["after", "log-scroller"]),
    "a late answer takes it from nobody who was found": (
        PEOPLE,
        "views/people-dialog.js",
        ["Bob", "false,true", "people-query", 1, "people-start"],
    ),
    "a dialog tells of what it was closed over": (DIALOG, "views/account/form-dialog.js", [True, 1, 0]),
    "an answer that is lost does not end the waiting": (EXPORTS, "views/account/exports.js", [True, 0, "/there"]),
    "a list in pages shows no entry twice": (PAGES, "views/pages.js", [1, "d", None]),
    "a form is sent once": (SIGN_IN, "", 1),
}


def test_what_is_painted_anew_keeps_the_focus_and_what_is_sent_twice_is_sent_once(hark: Hark, device: Make) -> None:
    hark.start("web")
    page = device().page
    faults = []
    for name, (script, path, wanted) in CASES.items():
        page.reload()
        expect(page.locator("#sign-in-form")).to_be_visible()
        if (found := run(page, script, path)) != wanted:
            faults.append(f"{name}: {found} instead of {wanted}")
    assert faults == [], "\n".join(faults)


def run(page: Page, script: str, path: str) -> Any:
    """What the script returns, which has the functions of `dom`, and what the module at this path exports, by name."""
    try:
        return page.evaluate(IN_PAGE.replace("SCRIPT", TOOLS + script), [static("views/dom.js"), path and static(path)])
    except Error as error:
        return error.message
