"""Every screen and state, examined: by axe-core, by measuring, with forced colours, and with less motion."""

import pytest
from playwright.sync_api import Page, expect

from backend.accounts.models import User
from tests.browser import account_scenes as account_scenes  # they are among SCENES
from tests.browser import examiner
from tests.browser.scenes import SCENES, play
from tests.browser.stage import Make, Stage, World, make_world
from tests.support.hark import Hark

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("browser_path")]

LONGEST = 20  # milliseconds of a movement where less motion is wanted
COLOURED = ("conversation_list", "conversation", "conversation_top", "message_menu", "mention_list", "people_dialog")
COLOURED = (*COLOURED, "notifications_menu", "switcher", "settings")
MOVING = ("conversation_list", "conversation", "toast_with_undo", "message_menu", "switcher", "settings")


@pytest.fixture
def world(hark: Hark, alice: User, bob: User, carol: User, dave: User) -> World:
    return make_world(hark, alice, bob, carol, dave)


@pytest.mark.parametrize(("width", "scheme", "language"), [(1280, "light", "en"), (390, "dark", "ar")])
def test_no_screen_and_no_state_has_a_fault(world: World, device: Make, width: int, scheme: str, language: str) -> None:
    faults, names = [], []
    for name, shown in play(Stage(device, world, width, scheme, language)):
        found = [
            *examiner.violations(shown.page),
            *examiner.small_targets(shown.page),
            *examiner.too_wide(shown.page),
        ]
        print(name, *found, sep="\n  ")
        faults += [f"{name}: {fault}" for fault in found]
        names.append(name)
    assert faults == [], "\n".join(faults)
    assert names == [scene.name for scene in SCENES]


def test_with_forced_colours_icons_and_what_is_chosen_can_be_seen(world: World, device: Make) -> None:
    stage = Stage(device, world, options={"forced_colors": "active"})
    faults = []
    for name, shown in play(stage, COLOURED):
        found = [*shown.page.evaluate(examiner.PALE_ICONS), *shown.page.evaluate(examiner.SAME_LOOKS)]
        faults += [f"{name}: {fault}" for fault in found]
    assert faults == [], "\n".join(faults)
    page = stage.device("alice").page
    page.goto("/settings")
    expect(page.locator("#email")).to_be_enabled()
    focus_shows(page, "#email", "#language", "#account", "#search-query", "#sent-again")
    page.get_by_role("button", name="New conversation").click()
    focus_shows(page, "#people-query")
    page = device(forced_colors="active").page
    expect(page.locator("#sign-in-form")).to_be_visible()
    focus_shows(page, "#sign-in-email", "#sign-in-password")


def focus_shows(page: Page, *selectors: str) -> None:
    for selector in selectors:
        page.locator(selector).focus()
        page.keyboard.press("Shift")  # as somebody at the keyboard
        assert page.evaluate(examiner.FOCUS_SHOWS), selector


def test_where_less_motion_is_wanted_nothing_moves_for_longer_than_a_moment(world: World, device: Make) -> None:
    faults = []
    for name, shown in play(Stage(device, world, options={"reduced_motion": "reduce"}), MOVING):
        faults += [f"{name}: {movement}" for movement in shown.page.evaluate(examiner.LONG_MOVEMENTS, LONGEST)]
    assert faults == []
