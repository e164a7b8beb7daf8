"""The page speaks the language of its person: before they sign in that of the browser, then that of the account."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Route, expect

from backend.accounts.models import User
from tests.browser.device import Device
from tests.browser.test_two_people import sideways
from tests.conftest import PASSWORD, Api
from tests.support.hark import Hark

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("browser_path")]

Make = Callable[..., Device]
DESKTOP = {"viewport": {"width": 1280, "height": 900}}
TELEPHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SET_LANGUAGE = """async (language) => {
    const token = /csrftoken=([^;]*)/.exec(document.cookie)[1];
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
    const answer = await fetch("/api/v1/me", { method: "PATCH", headers, body: JSON.stringify({ language }) });
    if (!answer.ok) throw new Error(await answer.text());
}"""
# What the page itself says in Latin letters. Names and texts of people, names of zones and languages are not its words.
LATIN = """() => {
    const people = "Alice|Bob|Carol|Harbour light|alice@example\\.com";
    const names = new RegExp(`\\\\bHark\\\\b|${people}|\\\\S+/\\\\S+|\\\\bUTC\\\\b|HTTP|https|iPhone|iPad`, "g");
    const theirs = ".bubble, .quote, .found-text, .conversation-preview, .avatar, kbd, [lang]:not(html), #timezone";
    const found = [];
    for (const each of document.body.querySelectorAll("*")) {
        if (each.matches("noscript, script") || each.closest(theirs)) continue;
        const own = [...each.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data);
        const said = ["aria-label", "title", "placeholder"].map((name) => each.getAttribute(name) ?? "");
        found.push(...[...own, ...said].filter((text) => /[A-Za-z]{2}/.test(text.replace(names, ""))));
    }
    return found;
}"""
# Whatever is on the screen in any frame from the very first: what flashes up is in it too.
WATCH = """
    window.seen = new Set();
    const look = () => {
        if (document.body) window.seen.add(document.body.innerText);
        requestAnimationFrame(look);
    };
    look();
"""


@pytest.fixture
def chat(hark: Hark, alice: User, bob: User, direct: int, group: int) -> Hark:
    """Alice has a read message in the group, and three unread ones of Bob."""
    Api(alice).say(group, "The harbour is lit.")
    for text in ("Are you there?", "Two boats are out.", "مرحبًا"):
        Api(bob).say(direct, text)
    hark.start("web")
    return hark


def html(device: Device, name: str) -> str | None:
    return device.page.locator("html").get_attribute(name)


def enter(device: Device, password: str = PASSWORD) -> None:
    """Sign in, whatever the fields are called."""
    device.page.locator("#sign-in-email").fill("alice@example.com")
    device.page.locator("#sign-in-password").fill(password)
    device.page.locator("#sign-in-password").press("Enter")


def arrive(device: Device, language: str) -> None:
    """Sign in as Alice, who has chosen this language."""
    enter(device)
    expect(device.in_list("Bob")).to_be_visible()
    device.page.evaluate(SET_LANGUAGE, language)
    # The first time this browser still expects her in English, until the server has said who it is.
    for _ in range(2):
        device.page.reload()
        expect(device.page.locator("html")).to_have_attribute("lang", language)
        expect(device.in_list("Bob")).to_be_visible()


def open_settings(device: Device, group: str = "notifications") -> Locator:
    device.page.locator("#account").click()
    device.page.get_by_role("menuitem").first.click()
    expect(device.page.locator("#email")).to_be_enabled()
    device.page.locator(f'.settings-nav [href$="#{group}"]').click()
    return device.page.locator("#settings")


def test_before_the_sign_in_the_page_speaks_the_language_of_the_browser(chat: Hark, device: Make) -> None:
    alice = device(locale="es-MX")
    expect(alice.page.get_by_role("heading", name="Iniciar sesión")).to_be_visible()
    assert (html(alice, "lang"), html(alice, "dir")) == ("es", "ltr")
    enter(alice, "not the password")
    wrong = "El correo electrónico o la contraseña no son correctos."
    expect(alice.page.get_by_role("alert").filter(has_text=wrong)).to_be_visible()

    enter(alice)
    expect(alice.page.get_by_role("heading", name="Choose a conversation")).to_be_visible()
    assert (html(alice, "lang"), html(alice, "dir")) == ("en", "ltr")
    alice.sign_out()
    expect(alice.page.get_by_role("heading", name="Iniciar sesión")).to_be_visible()

    other = device(locale="fr-FR")
    expect(other.page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.parametrize("screen", [DESKTOP, TELEPHONE], ids=["desktop", "telephone"])
def test_in_arabic_all_screens_are_arabic_and_run_from_right_to_left(
    chat: Hark, device: Make, screen: dict[str, Any]
) -> None:
    alice = device(**screen)
    page = alice.page
    arrive(alice, "ar")
    assert html(alice, "dir") == "rtl"
    expect(alice.in_list("Bob").get_by_text("3 رسائل غير مقروءة")).to_be_attached()
    everything_is_arabic(alice)
    the_lists_tools_are_arabic(alice)
    alice.open("Bob")
    mine_are_at_the_end_of_the_line(alice)
    the_conversations_tools_are_arabic(alice)
    if screen is TELEPHONE:
        expect(page.locator("#back .icon")).to_have_css("transform", "matrix(-1, 0, 0, 1, 0, 0)")
        page.locator("#back").click()
    else:
        assert left(page.locator(".sidebar")) > left(page.locator(".conversation"))

    open_settings(alice)
    expect(page.get_by_role("heading", name="الإعدادات")).to_be_visible()
    page.locator("#quiet").check()
    expect(page.locator("#quiet-status")).to_have_text("حُفظ")
    everything_is_arabic(alice)


def the_lists_tools_are_arabic(alice: Device) -> None:
    page = alice.page
    page.locator("#account").click()
    expect(page.get_by_role("menuitem", name="تسجيل الخروج")).to_be_visible()
    everything_is_arabic(alice)
    page.get_by_role("menuitem", name="اختصارات لوحة المفاتيح").click()
    expect(page.get_by_role("dialog").get_by_text("كتابة رد")).to_be_visible()
    everything_is_arabic(alice)
    page.locator("#keys-close").click()
    page.locator("#new-conversation").click()
    expect(page.get_by_role("button", name="Carol")).to_be_visible()
    everything_is_arabic(alice)
    page.locator("#people-close").click()
    page.keyboard.press("Control+k")
    page.locator("#switcher-query").fill("Car")
    expect(page.get_by_role("option", name="Carol").first).to_be_visible()
    everything_is_arabic(alice)
    page.locator("#switcher-close").click()
    page.locator("#search-query").fill("boats")
    page.locator("#search-query").press("Enter")
    expect(page.locator("#search-status")).to_have_text("رسالة واحدة")
    everything_is_arabic(alice)
    page.locator("#search-close").click()


def mine_are_at_the_end_of_the_line(alice: Device) -> None:
    page = alice.page
    expect(page.get_by_role("separator", name="اليوم")).to_be_visible()
    page.locator("#composer-text").fill("مرحبًا Bob")
    page.locator("#composer-send").click()
    mine, theirs = alice.message("مرحبًا Bob"), alice.message("Are you there?")
    expect(mine).to_contain_text("أُرسلت")
    assert left(mine.locator(".bubble")) < left(theirs.locator(".bubble"))
    expect(theirs.get_by_text("Are you there?")).to_have_css("direction", "ltr")
    everything_is_arabic(alice)


def the_conversations_tools_are_arabic(alice: Device) -> None:
    page = alice.page
    page.locator("#open-notifications").click()
    expect(page.get_by_role("menuitemradio", name="كل الرسائل")).to_be_visible()
    everything_is_arabic(alice)
    page.keyboard.press("Escape")
    theirs = alice.message("Two boats are out.")
    theirs.hover()
    theirs.get_by_role("button", name="إجراءات الرسالة").click()
    page.get_by_label("المزيد من الرموز").click()
    expect(page.get_by_role("button", name="صاروخ")).to_be_visible()
    everything_is_arabic(alice)
    page.get_by_role("searchbox", name="البحث في الرموز").fill("قلب احمر")
    page.get_by_role("button", name="قلب أحمر").click()
    expect(page.get_by_role("button", name=re.compile("❤️ من .*أنت"))).to_be_visible()
    everything_is_arabic(alice)


def everything_is_arabic(device: Device) -> None:
    assert device.page.evaluate(LATIN) == []
    assert sideways(device) == 0


def left(locator: Locator) -> float:
    box = locator.bounding_box()
    assert box
    return box["x"]


def test_no_other_language_flashes_up_while_the_page_opens(chat: Hark, device: Make) -> None:
    alice = device()
    arrive(alice, "ar")
    alice.open("Bob")
    alice.context.add_init_script(WATCH)
    alice.page.reload()
    expect(alice.message("Two boats are out.")).to_be_visible()
    seen = "\n".join(alice.page.evaluate("[...window.seen]"))
    assert "المحادثات" in seen or "أمس" in seen or "اليوم" in seen
    for word in ("Conversations", "Opening", "Sign in", "Today", "New", "unread", "No connection"):
        assert word not in seen


def test_a_language_chosen_in_the_settings_is_spoken_at_once_and_nothing_written_is_lost(
    chat: Hark, device: Make
) -> None:
    alice = device()
    alice.sign_in("alice@example.com")
    alice.open("Harbour light")
    expect(alice.message("The harbour is lit.").get_by_text("Sent", exact=True)).to_be_visible()
    alice.composer.fill("Not ready yet")
    alice.page.evaluate("window.stayed = true")
    settings = open_settings(alice, "general")
    expect(alice.in_list("Harbour light")).to_contain_text("Draft: Not ready yet")
    settings.get_by_label("Language", exact=True).select_option("Español")

    expect(settings.get_by_role("heading", name="Ajustes")).to_be_visible()
    expect(alice.page.locator("#language-status")).to_have_text("Guardado")
    expect(settings.get_by_label("Cuándo enviar un correo")).to_contain_text("Después de 10 minutos")
    expect(alice.in_list("Harbour light")).to_contain_text("Borrador: Not ready yet")
    expect(alice.in_list("Bob").get_by_text("3 mensajes sin leer")).to_be_attached()
    expect(alice.in_list("Bob").locator(".conversation-time")).to_have_text(re.compile(r"^\d{1,2}:\d{2}$"))
    expect(alice.page.locator("#push_delay")).to_contain_text("(recomendado)")
    assert alice.page.evaluate("window.stayed"), "the page was loaded anew"

    alice.open("Harbour light")
    composer = alice.page.get_by_role("textbox", name="Mensaje")
    expect(composer).to_have_value("Not ready yet")
    expect(alice.message("The harbour is lit.").get_by_text("Enviado", exact=True)).to_be_visible()
    expect(alice.page.locator("#open-people")).to_have_text("3 personas: Tú, Bob, Carol")
    expect(alice.page.get_by_role("separator", name="Hoy")).to_be_visible()

    alice.page.reload()
    expect(alice.page.get_by_role("button", name="Tu cuenta")).to_be_visible()
    open_settings(alice, "general").get_by_label("Idioma", exact=True).select_option("العربية")
    expect(alice.page.locator("#language-status")).to_have_text("حُفظ")
    assert html(alice, "dir") == "rtl"
    alice.page.locator("#language").select_option("English")
    expect(alice.page.locator("#language-status")).to_have_text("Saved")
    expect(settings.get_by_role("heading", name="Settings")).to_be_visible()
    assert html(alice, "dir") == "ltr"
    expect(alice.page.get_by_role("button", name="New conversation").first).to_be_visible()


def test_a_language_chosen_elsewhere_is_spoken_as_soon_as_the_server_has_said_so(chat: Hark, device: Make) -> None:
    alice = device()
    alice.sign_in("alice@example.com")
    alice.open("Bob")
    alice.write("I am here.")
    mine, theirs = alice.message("I am here."), alice.message("مرحبًا")
    expect(mine.get_by_text("Sent", exact=True)).to_be_visible()
    alice.page.evaluate(SET_LANGUAGE, "es")
    held: list[Route] = []
    alice.page.route("**/api/v1/me", lambda route: held.append(route))
    alice.page.reload()
    expect(theirs.locator("time")).to_contain_text("M")
    alice.until(lambda: bool(held), "the page asks who it is")
    for route in held:
        route.continue_()
    alice.page.unroute("**/api/v1/me")
    expect(mine.get_by_text("Enviado", exact=True)).to_be_visible()
    expect(theirs.locator("time")).to_have_text(re.compile(r"^\d{1,2}:\d{2}$"))
    expect(alice.page.get_by_role("separator", name="Hoy")).to_be_visible()
    alice.page.reload()
    expect(alice.page.locator("html")).to_have_attribute("lang", "es")
    expect(mine.get_by_text("Enviado", exact=True)).to_be_visible()
