"""Whoever may no longer see is told so, at once by the process that knows and soon by the others."""

from collections.abc import Callable

import pytest
from django.test import Client

from backend.accounts.models import ApiToken, User
from tests.conftest import Api, token_of
from tests.support.hark import Hark
from tests.support.http import Answer, request
from tests.support.poller import Poller
from tests.support.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

NOBODY = "redis://127.0.0.1:1/0"
SYNC = "/api/v1/sync"


class Browser:
    """A session at a web process, which polls where it stands."""

    def __init__(self, port: int, user: User) -> None:
        self.port = port
        signed_in = Client()
        signed_in.force_login(user)
        self.session = signed_in.cookies["sessionid"].value
        self.cookie = f"sessionid={self.session}; csrftoken={'c' * 32}"
        first = self.ask(SYNC)
        self.query, self.etag = f"{SYNC}?cursor={first.json()['cursor']}", first.headers["ETag"]

    def ask(self, path: str, method: str = "GET", etag: str = "") -> Answer:
        return request(self.port, method, path, cookie=self.cookie, etag=etag, x_csrftoken="c" * 32)

    def poll(self, port: int | None = None) -> int:
        """The status."""
        return request(port or self.port, "GET", self.query, cookie=self.cookie, etag=self.etag).status


def test_sign_out_ends_it_at_once(hark: Hark, alice: User, direct: int) -> None:
    hark.start("web", REDIS_URL=NOBODY)
    browser = Browser(hark.port, alice)
    assert [browser.poll(), browser.poll()] == [304, 304]
    assert browser.ask("/api/v1/auth/logout", "POST").status == 204
    assert browser.poll() == 401


@pytest.mark.parametrize("how", ["by hint", "by the sweep"])
def test_sign_out_elsewhere_ends_it_soon(hark: Hark, other: Hark, how: str, alice: User, direct: int) -> None:
    settings = {} if how == "by hint" else {"REDIS_URL": NOBODY}
    hark.start("web", **settings)
    other.start("web", **settings)
    browser = Browser(hark.port, alice)
    assert {browser.poll(), browser.poll(other.port), browser.poll(other.port)} == {304}
    assert browser.ask("/api/v1/auth/logout", "POST").status == 204
    wait_until(lambda: browser.poll(other.port) == 401, "the other process knows")


@pytest.mark.parametrize(
    "end",
    [
        lambda user: change_password(user),
        lambda user: close_account(user),
        lambda user: ApiToken.objects.filter(user=user).delete(),
        lambda user: user.tokens.get().delete(),
    ],
    ids=["new password", "closed account", "all tokens", "one token"],
)
def test_what_ends_access_elsewhere_ends_it_soon(end: Callable[[User], object], hark: Hark, alice: User) -> None:
    hark.start("web", REDIS_URL=NOBODY)
    browser, poller = Browser(hark.port, alice), Poller(hark.port, token_of(alice))
    poller.settle()
    assert (browser.poll(), poller.poll().status) == (304, 304)
    end(alice)
    wait_until(lambda: 401 in (browser.poll(), poller.poll().status), "the web process knows")


def change_password(user: User) -> None:
    user.set_password("another battery staple")
    user.save()


def close_account(user: User) -> None:
    user.is_active = False
    user.save(update_fields=["is_active"])


def test_a_token_is_revoked_at_once_in_the_process_that_did_it(hark: Hark, alice: User) -> None:
    hark.start("web", REDIS_URL=NOBODY)
    poller = Poller(hark.port, token_of(alice))
    poller.settle()
    token = ApiToken.objects.get(user=alice)
    assert request(hark.port, "DELETE", f"/api/v1/auth/tokens/{token.id}", token=token_of(alice)).status == 204
    assert poller.poll().status == 401


def test_who_was_removed_from_a_conversation_hears_of_it(hark: Hark, alice: User, bob: User, group: int) -> None:
    hark.start("web")
    poller = Poller(hark.port, token_of(bob), group)
    poller.settle()
    Api(alice).delete(f"conversations/{group}/participants/{bob.id}")
    wait_until(lambda: poller.poll().status == 404, "bob is told")


def test_the_etag_of_another_user_gives_nothing(hark: Hark, alice: User, bob: User, direct: int) -> None:
    hark.start("web")
    victim, thief = (Poller(hark.port, token_of(user), direct) for user in (alice, bob))
    for poller in (victim, thief):
        poller.settle()
    thief.etag, thief.position = victim.etag, dict(victim.position)
    assert thief.poll().status in (200, 409)
