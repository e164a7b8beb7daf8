"""Pictures of every scene, to be looked at. `bin/shots` runs this file; no run of the tests collects it."""

import os
from itertools import product
from pathlib import Path

import pytest

from backend.accounts.models import User
from tests.browser import account_scenes as account_scenes  # they are played too
from tests.browser.scenes import play
from tests.browser.stage import SCREENS, Make, Stage, World, make_world
from tests.support.hark import Hark

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("browser_path")]
LOOKS = tuple(product(SCREENS, ("light", "dark"), ("en", "ar")))


@pytest.fixture
def world(hark: Hark, alice: User, bob: User, carol: User, dave: User) -> World:
    return make_world(hark, alice, bob, carol, dave)


def test_pictures_of_every_scene(world: World, device: Make) -> None:
    folder = Path(os.environ["SHOTS_FOLDER"])
    wanted = tuple(filter(None, os.environ.get("SHOTS_NAMES", "").split()))
    for width, scheme, language in LOOKS:
        stage = Stage(device, world, width, scheme, language)
        for name, shown in play(stage, wanted):
            shown.page.screenshot(path=folder / f"{name}-{stage}.png")
        print(f"{stage}: done", flush=True)
        stage.leave()
