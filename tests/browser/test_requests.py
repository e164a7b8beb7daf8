"""Requests, blocks and reports, as people meet them on the page."""

import pytest
from playwright.sync_api import expect

from backend.accounts.models import User
from backend.chat.membership import conversation_open
from backend.chat.models import Report
from backend.chat.reactions import reaction_add
from backend.chat.requests import request_accept
from tests.browser.device import Device
from tests.browser.pen import Pen
from tests.browser.stage import Make, say
from tests.conftest import person, token_of
from tests.support.hark import Hark

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("browser_path")]


@pytest.fixture
def erin(db: None) -> User:
    """She signed up by herself, and may be found by her address."""
    User.objects.filter(id=person("erin").id).update(self_registered=True, findable=True)
    return User.objects.get(email="erin@example.com")


@pytest.fixture
def direct(bob: User, erin: User) -> int:
    """bob, whom erin does not know, writes to her."""
    made = int(conversation_open(user_id=bob.id, kind="direct", others=[erin.id], title="")[0]["id"])
    say(bob, made, "Are you the one with the ferry?")
    reaction_add(user_id=bob.id, conversation_id=made, seq=1, emoji="🎉")
    return made


@pytest.fixture
def crew(alice: User, bob: User, erin: User) -> int:
    """A group of the three that erin has joined."""
    made, _ = conversation_open(user_id=alice.id, kind="group", others=[bob.id, erin.id], title="Crew")
    request_accept(user_id=erin.id, conversation_id=made["id"])
    say(bob, made["id"], "Buy my lamps")
    say(alice, made["id"], "Please not here, Bob")
    return int(made["id"])


def signed_in(hark: Hark, device: Make, who: User) -> Device:
    hark.start("web")
    made = device()
    made.sign_in(who.email)
    expect(made.page.locator(".conversation-item").first).to_be_visible()
    return made


def test_a_request_is_read_and_accepted_by_the_keyboard(
    hark: Hark, device: Make, bob: User, erin: User, direct: int
) -> None:
    bobs = token_of(bob)
    laptop = signed_in(hark, device, erin)
    page = laptop.page
    expect(page).to_have_title("Hark")  # nothing is unread
    expect(page.locator("#requests-title")).to_have_text("1 request")
    laptop.open("Bob")
    expect(laptop.message("Are you the one with the ferry?")).to_be_visible()
    expect(laptop.composer).to_be_hidden()
    bar = page.get_by_role("region", name="Bob wants to talk to you")
    reaction = page.get_by_role("button", name="🎉 from Bob")
    expect(reaction).to_be_disabled()
    accept = bar.get_by_role("button", name="Accept")
    accept.focus()
    Pen(hark, bobs).say(direct, "Or the next one?")
    expect(laptop.message("Or the next one?")).to_be_visible()
    expect(accept).to_be_focused()
    page.keyboard.press("Enter")
    expect(laptop.composer).to_be_focused()
    expect(reaction).to_be_enabled()
    laptop.write("I am")
    expect(page.locator("#requests")).to_be_hidden()


def test_a_declined_request_is_gone(hark: Hark, device: Make, erin: User, direct: int) -> None:
    laptop = signed_in(hark, device, erin)
    laptop.open("Bob")
    laptop.page.route("**/request", lambda route: route.abort())
    laptop.page.get_by_role("button", name="Decline").click()
    expect(laptop.page.get_by_text("That was not changed.")).to_be_visible()
    expect(laptop.message("Are you the one with the ferry?")).to_be_visible()
    laptop.page.unroute_all()
    laptop.page.get_by_role("button", name="Decline").click()
    expect(laptop.page.locator("#list-empty")).to_be_visible()
    expect(laptop.page.locator("#open")).to_be_hidden()
    laptop.complaints[:] = [line for line in laptop.complaints if "/request" not in line]


def test_blocking_from_a_request_declines_it(hark: Hark, device: Make, erin: User, direct: int) -> None:
    hark.start("web")
    laptop = device()
    lost = "**/controls*.js"  # without it there are no buttons
    laptop.page.route(lost, lambda route: route.abort())
    with laptop.page.expect_event("requestfailed"):
        laptop.sign_in(erin.email)
    laptop.open("Bob")
    laptop.page.unroute(lost)
    laptop.complaints[:] = [line for line in laptop.complaints if "/controls" not in line]
    laptop.page.get_by_role("button", name="Block Bob").click()
    expect(laptop.page.locator("#list-empty")).to_be_visible()
    laptop.page.goto("/settings#general")
    laptop.page.get_by_role("button", name="Unblock Bob").click()
    expect(laptop.page.locator("#blocked-empty")).to_be_visible()


def test_messages_of_a_blocked_person_are_folded_in_a_group(hark: Hark, device: Make, erin: User, crew: int) -> None:
    laptop = signed_in(hark, device, erin)
    laptop.open("Crew")
    laptop.until_ready()
    laptop.act_on("Buy my lamps", "Block Bob")
    folded = laptop.message("Message of somebody you block.")
    expect(folded).to_be_visible()
    expect(laptop.message("Buy my lamps")).to_have_count(0)
    folded.get_by_role("button", name="Show").click()
    laptop.act_on("Buy my lamps", "Unblock Bob")
    expect(laptop.message("Buy my lamps")).to_be_visible()


def test_a_message_is_reported(hark: Hark, device: Make, erin: User, crew: int) -> None:
    laptop = signed_in(hark, device, erin)
    laptop.open("Crew")
    laptop.until_ready()
    laptop.act_on("Buy my lamps", "Report message")
    dialog = laptop.page.get_by_role("dialog", name="Report this message")
    dialog.get_by_label("Something else").check()
    dialog.get_by_label("What should they know?").fill("every day")
    dialog.get_by_role("button", name="Report").click()
    expect(laptop.page.get_by_text("The message was reported.")).to_be_visible()
    laptop.context.close()
    reports = list(Report.objects.values_list("text", "reason", "note"))
    assert reports == [("Buy my lamps", "other", "every day")]


def test_one_chooses_to_be_found(hark: Hark, device: Make, bob: User, direct: int) -> None:
    laptop = signed_in(hark, device, bob)
    laptop.page.goto("/settings#general")
    switch = laptop.page.get_by_role("switch", name="People who know my address may find me")
    expect(switch).not_to_be_checked()
    switch.check()
    expect(laptop.page.locator("#findable-status")).to_have_text("Saved")
    laptop.page.reload()
    expect(switch).to_be_checked()
