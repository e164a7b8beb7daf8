"""What an account knows of its owner, from the page: what happened, a copy of everything, and the end."""

from collections.abc import Callable
from zipfile import ZipFile

import pytest
from playwright.sync_api import expect

from tests.browser.device import Device
from tests.browser.test_account import ALICE, dialog, is_signed_out, link_to, security, signed_in
from tests.conftest import PASSWORD
from tests.support.hark import Hark
from tests.support.mail import Inbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("browser_path")]

Make = Callable[..., Device]
KEPT = """async () => {
    const databases = await indexedDB.databases();
    return [...databases.map(({ name }) => name), ...Object.keys(localStorage)].filter((name) => name.includes("hark"));
}"""


@pytest.fixture
def mails(hark: Hark, inbox: Inbox, direct: int) -> Inbox:
    hark.start("web", "worker", "beat", EMAIL_URL=inbox.url)
    return inbox


def test_what_happened_to_an_account_is_told(mails: Inbox, device: Make) -> None:
    stranger = device()
    stranger.sign_in(ALICE, "not the password")
    expect(stranger.page.locator("#sign-in-error")).not_to_be_empty()
    laptop = signed_in(device())
    activity = security(laptop).get_by_role("region", name="Activity")
    expect(activity.get_by_role("listitem")).to_have_count(2)
    expect(activity.get_by_role("listitem").first).to_contain_text("You signed in")
    expect(activity.get_by_role("listitem").last).to_contain_text("A sign-in was refused")


def test_a_copy_of_ones_data_is_asked_for_and_fetched(mails: Inbox, device: Make) -> None:
    laptop = signed_in(device())
    settings = security(laptop, "data")
    section = settings.get_by_role("region", name="A copy of your data")
    expect(section).to_contain_text("You have asked for no copy yet.")
    section.get_by_role("button", name="Make a copy").click()
    form = dialog(laptop, "A copy of your data")
    form.get_by_label("Your password").fill(PASSWORD)
    form.get_by_role("button", name="Make a copy").click()
    expect(laptop.page.locator("#export-status")).to_contain_text("You get an email when it is ready.")
    link = link_to(mails, ALICE, "/exports")
    download = section.get_by_role("link", name="Download the copy")
    expect(download).to_have_attribute("href", link)
    with laptop.page.expect_download() as fetched:
        download.click()
    with ZipFile(fetched.value.path()) as copy:
        assert copy.testzip() is None
        assert copy.namelist()


def test_an_account_is_deleted_and_nothing_of_it_stays_in_the_browser(mails: Inbox, device: Make) -> None:
    laptop, telephone = signed_in(device()), signed_in(device())
    settings = security(laptop, "data")
    settings.get_by_role("button", name="Delete my account").click()
    form = dialog(laptop, "Delete your account")
    expect(form).to_contain_text("This cannot be undone.")
    form.get_by_label("Your password").fill("not my password")
    form.get_by_role("button", name="Delete for ever").click()
    expect(form.get_by_role("alert")).to_have_text("This password is wrong.")
    form.get_by_label("Your password").fill(PASSWORD)
    form.get_by_role("button", name="Delete for ever").click()
    expect(laptop.page.get_by_role("heading", name="Goodbye")).to_be_focused()
    is_signed_out(telephone)
    assert laptop.page.evaluate(KEPT) == []
    laptop.page.get_by_role("button", name="Back to sign in").click()
    laptop.sign_in(ALICE)
    expect(laptop.page.locator("#sign-in-error")).to_have_text("The email address or the password is wrong.")
