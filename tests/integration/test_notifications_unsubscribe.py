"""The links in every email, as mail scanners, mail providers and people use them."""

from typing import Any

import pytest
from django.core import signing
from django.test import Client

from backend.accounts.models import User
from backend.chat.membership import participant_remove
from backend.chat.models import Participant
from backend.chat.services import notifications_set
from backend.notifications.models import NotificationSettings
from backend.notifications.selectors.preferences import settings_of
from backend.notifications.unsubscribe import SALT, Subscription, unsubscribe_url
from tests.conftest import switch_off

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def client() -> Client:
    return Client(enforce_csrf_checks=True)


def link(user: User, conversation_id: int | None = None) -> str:
    """Without a conversation: that of a digest."""
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


def test_undoing_restores_what_was_chosen_before(client: Client, bob: User, direct: int) -> None:
    notifications_set(user_id=bob.id, conversation_id=direct, level="mentions", muted_until=None)
    stopped = client.post(link(bob, direct), ONE_CLICK)
    assert b'name="undo" value="mentions"' in stopped.content
    client.post(link(bob, direct), {"undo": "mentions"})
    assert level(bob) == "mentions"


@pytest.mark.parametrize("given", ["", "none", "everything", "<script>"])
def test_undoing_to_what_is_no_level_tells_of_all(client: Client, bob: User, direct: int, given: str) -> None:
    client.post(link(bob, direct), ONE_CLICK)
    assert_answered(client.post(link(bob, direct), {"undo": given}))
    assert level(bob) == "all"


def test_the_click_of_a_digest_stops_all_emails_and_nothing_else(
    client: Client, alice: User, bob: User, direct: int
) -> None:
    NotificationSettings.objects.create(user=bob, hide_content=True)
    assert_answered(client.get(link(bob)))
    assert settings_of(bob.id).email
    for _ in range(2):
        assert_answered(client.post(link(bob), ONE_CLICK))
        chosen = settings_of(bob.id)
        assert (chosen.email, chosen.push, chosen.hide_content) == (False, True, True)
    assert level(bob) == "all" and settings_of(alice.id).email
    assert_answered(client.post(link(bob), {"undo": "all"}))
    assert settings_of(bob.id).email


def test_the_click_of_a_digest_works_for_one_who_chose_nothing_yet(client: Client, bob: User) -> None:
    client.post(link(bob), ONE_CLICK)
    assert not settings_of(bob.id).email


@pytest.mark.parametrize(
    ("language", "direction", "words"),
    [("en", "ltr", "Stop all emails?"), ("es", "ltr", "¿Dejar de recibir correos?"), ("ar", "rtl", "هل تريد إيقاف")],
)
def test_the_page_speaks_the_language_of_whose_link_it_is(
    client: Client, bob: User, language: str, direction: str, words: str
) -> None:
    User.objects.filter(id=bob.id).update(language=language)
    page = client.get(link(bob), headers={"Accept-Language": "de, en"}).content.decode()
    assert f'<html lang="{language}" dir="{direction}">' in page and words in page
    done = client.post(link(bob), ONE_CLICK, headers={"Accept-Language": "de, en"}).content.decode()
    assert f'lang="{language}"' in done
    assert ("No more emails" in done) == (language == "en")


@pytest.mark.parametrize(("asked", "language"), [("es-MX, en", "es"), ("ar", "ar"), ("tlh", "en"), ("", "en")])
def test_a_dead_link_is_answered_in_the_language_of_the_browser(
    client: Client, db: None, asked: str, language: str
) -> None:
    page = client.get("/n/unsubscribe/x", headers={"Accept-Language": asked})
    assert_answered(page, 404)
    assert f'lang="{language}"' in page.content.decode()


def test_a_link_is_good_for_ever_and_across_a_change_of_key(
    client: Client, bob: User, direct: int, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = link(bob, direct)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key, as long as a key has to be to be one"
    monkeypatch.setattr("time.time", lambda: 4e9)  # the year 2096
    assert_answered(client.post(old, ONE_CLICK))
    assert level(bob) == "none"


def test_a_link_of_another_server_or_for_another_purpose_is_not_found(
    client: Client, bob: User, direct: int, settings: Any
) -> None:
    content = [bob.id, direct]
    for token in (
        signing.Signer(salt=SALT, key="the key of another server, which is as long").sign_object(content),
        signing.Signer(salt="notifications.reply").sign_object(content),
        signing.dumps(content, salt=SALT),
    ):
        assert_answered(client.post(f"/n/unsubscribe/{token}", ONE_CLICK), 404)
    settings.SECRET_KEY = "another key, as long as a key has to be to be one"
    other = link(bob, direct)
    settings.SECRET_KEY = "yet another key, as long as a key has to be to be"
    assert_answered(client.post(other, ONE_CLICK), 404)
    assert level(bob) == "all"


def test_a_link_of_an_account_that_is_switched_off_or_gone_is_not_found(client: Client, bob: User) -> None:
    address = link(bob)
    switch_off(bob)
    assert_answered(client.post(address, ONE_CLICK), 404)
    bob.delete()
    assert_answered(client.post(address, ONE_CLICK), 404)


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
