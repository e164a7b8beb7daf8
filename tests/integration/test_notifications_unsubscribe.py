"""The link in every email, as mail scanners, mail providers and people use it."""

from typing import Any

import pytest
from django.test import Client

from backend.accounts.models import User
from backend.chat.membership import participant_remove
from backend.chat.models import Participant
from backend.notifications.unsubscribe import Subscription, unsubscribe_url

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def client() -> Client:
    return Client(enforce_csrf_checks=True)


def link(user: User, conversation_id: int) -> str:
    return "/n/" + unsubscribe_url(Subscription(user.id, conversation_id)).partition("/n/")[2]


def level(user: User) -> str:
    return Participant.objects.get(user=user).level


def assert_answered(response: Any, status: int = 200) -> None:
    assert response.status_code == status
    assert not response.cookies
    assert "no-store" in response["Cache-Control"]


def test_get_asks_and_changes_nothing(client: Client, bob: User, direct: int) -> None:
    response = client.get(link(bob, direct))
    assert_answered(response)
    assert b'<form method="post">' in response.content
    assert level(bob) == "all"


def test_one_click_acts_without_cookie_or_redirect_and_again_changes_nothing(
    client: Client, alice: User, bob: User, direct: int
) -> None:
    for _ in range(2):
        assert_answered(client.post(link(bob, direct), ONE_CLICK))
        assert (level(bob), level(alice)) == ("none", "all")


def test_the_click_can_be_undone(client: Client, bob: User, direct: int) -> None:
    stopped = client.post(link(bob, direct), ONE_CLICK)
    assert b'name="undo"' in stopped.content
    assert_answered(client.post(link(bob, direct), {"undo": "1"}))
    assert level(bob) == "all"


def test_only_this_conversation_is_stopped(client: Client, bob: User, direct: int, group: int) -> None:
    client.post(link(bob, direct), ONE_CLICK)
    levels = dict(Participant.objects.filter(user=bob).values_list("conversation_id", "level"))
    assert levels == {direct: "none", group: "all"}


def test_the_browser_of_the_reader_sees_it_changed(client: Client, bob: User, direct: int) -> None:
    before = Participant.objects.get(user=bob).feed_rev
    client.post(link(bob, direct), ONE_CLICK)
    assert Participant.objects.get(user=bob).feed_rev > before


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_tampered_link_is_not_found(client: Client, bob: User, direct: int, method: str) -> None:
    good = link(bob, direct)
    other = unsubscribe_url(Subscription(bob.id + 1, direct)).rpartition("/")[2]
    forged = other.partition(":")[0] + ":" + good.rpartition(":")[2]
    for path in (good[:-1], f"{good}x", "/n/unsubscribe/x", f"/n/unsubscribe/{forged}"):
        assert_answered(getattr(client, method)(path), 404)
    assert level(bob) == "all"


def test_a_link_for_somebody_who_is_not_in_the_conversation_is_not_found(
    client: Client, bob: User, dave: User, group: int
) -> None:
    assert_answered(client.post(link(dave, group), ONE_CLICK), 404)
    participant_remove(user_id=bob.id, conversation_id=group, gone_id=bob.id)
    assert_answered(client.post(link(bob, group), ONE_CLICK), 404)


def test_other_methods_are_refused(client: Client, bob: User, direct: int) -> None:
    assert client.put(link(bob, direct)).status_code == 405
