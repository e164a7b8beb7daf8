"""A subscription lives as long as somebody is signed in at its browser, and no longer."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from backend.accounts.models import Session, User
from backend.chat.services import message_send
from backend.notifications.models import Burst, Delivery, PushSubscription
from backend.notifications.push.keys import keys_check
from backend.notifications.selectors.preferences import subscriptions_of
from backend.notifications.selectors.subscriptions import unread_conversations
from backend.notifications.services.deliveries import Item, delivery_make
from backend.notifications.services.subscriptions import (
    FAILING_MOST,
    MOST,
    UNSEEN_MAX,
    Browser,
    subscription_drop,
    subscription_failed,
    subscription_keep,
    subscription_worked,
    subscriptions_purge,
)
from backend.notifications.verdicts import Channel
from tests.conftest import PASSWORD, Api, person
from tests.support.threads import together
from worker.tasks import tidy

KEYS = {
    "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "auth": "BTBZMqHH6r4Tts7J_aSIgg",
}
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def browser_of(user: User) -> Client:
    browser = Client(headers={"User-Agent": AGENT})
    browser.force_login(user)
    return browser


def endpoint(number: int | str = 1) -> str:
    return f"https://fcm.googleapis.com/fcm/send/{number}"


def subscribe(browser: Client, number: int | str = 1, **fields: Any) -> Any:
    body = {"endpoint": endpoint(number), "keys": KEYS, **fields}
    return browser.post("/api/v1/push/subscriptions", body, content_type="application/json")


def keep(user: User, number: int | str, session_key: str | None = None) -> PushSubscription:
    browser = Browser(endpoint(number), keys_check(**KEYS), "", AGENT, session_key)
    return subscription_keep(user=user, browser=browser)[0]


def left() -> list[str]:
    return list(PushSubscription.objects.order_by("id").values_list("endpoint", flat=True))


@pytest.fixture
def browser(alice: User) -> Client:
    """Alice's, with a subscription."""
    browser = browser_of(alice)
    assert subscribe(browser).status_code == 201
    return browser


def test_it_hangs_on_the_person_and_the_session(browser: Client, alice: User) -> None:
    kept = PushSubscription.objects.get()
    assert (kept.user_id, kept.session_id) == (alice.id, browser.cookies["sessionid"].value)
    assert (kept.name, kept.p256dh, kept.auth) == ("Firefox on Linux", KEYS["p256dh"], KEYS["auth"])


def test_of_a_token_there_is_no_session(alice: User) -> None:
    assert Api(alice).post("push/subscriptions", {"endpoint": endpoint(), "keys": KEYS}).status_code == 201
    assert PushSubscription.objects.get().session_id is None


# --- what ends it --------------------------------------------------------------------------------------------------


def sign_in(browser: Client, user: User) -> None:
    body = {"email": user.email, "password": PASSWORD}
    assert browser.post("/api/v1/auth/login", body, content_type="application/json").status_code == 200


def sign_out(browser: Client, user: User) -> None:
    assert browser.post("/api/v1/auth/logout", {}, content_type="application/json").status_code == 204


def flush(browser: Client, user: User) -> None:
    browser.session.flush()


def somebody_else_signs_in(browser: Client, user: User) -> None:
    sign_in(browser, person("erin"))


def another_password(browser: Client, user: User) -> None:
    user.set_password("another horse battery")
    user.save()


def another_password_alone(browser: Client, user: User) -> None:
    user.set_password("another horse battery")
    user.save(update_fields=["password"])


def close_the_account(browser: Client, user: User) -> None:
    user.is_active = False
    user.save()


def session_expires(browser: Client, user: User) -> None:
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    tidy()


ENDS = [
    sign_out,
    flush,
    somebody_else_signs_in,
    another_password,
    another_password_alone,
    close_the_account,
    session_expires,
]


@pytest.mark.parametrize("end", ENDS)
def test_it_ends_with_the_session(end: Callable[[Client, User], None], browser: Client, alice: User, bob: User) -> None:
    keep(bob, "bob", browser_of(bob).cookies["sessionid"].value)
    if end is session_expires:
        PushSubscription.objects.filter(user=bob).update(session=None)
    end(browser, alice)
    assert left() == [endpoint("bob")]


def test_it_goes_on_with_a_session_that_gets_another_key(browser: Client, alice: User) -> None:
    former = browser.cookies["sessionid"].value
    browser.session.cycle_key()
    Session.objects.filter(pk=former).delete()
    assert left() == [endpoint()]


def test_the_same_person_signing_in_again_ends_nothing(browser: Client, alice: User) -> None:
    sign_in(browser, alice)
    assert left() == [endpoint()]


def test_a_closed_account_has_none_of_a_token_either(alice: User) -> None:
    keep(alice, 1)
    alice.is_active = False
    alice.save()
    assert left() == []


def test_a_new_password_ends_what_a_token_made_too(alice: User, bob: User) -> None:
    keep(alice, 1)
    keep(bob, "bob")
    alice.set_password("another horse battery")
    alice.save()
    assert left() == [endpoint("bob")]


@pytest.mark.parametrize("fields", [None, ["name"], ["password"]])
def test_another_name_ends_nothing(fields: list[str] | None, browser: Client, alice: User) -> None:
    alice.name = "Alicia"
    alice.save(update_fields=fields)
    assert left() == [endpoint()]


def test_a_new_secret_key_ends_nothing_while_the_old_one_is_known(browser: Client, alice: User, settings: Any) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 50, [settings.SECRET_KEY]
    alice.save()
    assert left() == [endpoint()]


def test_none_is_used_after_its_session_expired_though_nobody_tidied_up(browser: Client, alice: User) -> None:
    assert len(subscriptions_of(alice.id)) == 1
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert subscriptions_of(alice.id) == []


def test_one_unseen_for_too_long_is_deleted(alice: User) -> None:
    for number in (1, 2):
        keep(alice, number)
    PushSubscription.objects.filter(endpoint=endpoint(1)).update(seen_at=timezone.now() - UNSEEN_MAX)
    assert subscriptions_purge() == 1
    PushSubscription.objects.update(seen_at=timezone.now() - UNSEEN_MAX + timedelta(minutes=1))
    tidy()
    assert left() == [endpoint(2)]


# --- the same browser again ----------------------------------------------------------------------------------------


def test_the_same_browser_again_is_seen_now_and_keeps_its_name(browser: Client, alice: User) -> None:
    PushSubscription.objects.update(seen_at=timezone.now() - timedelta(days=5), name="My laptop")
    again = subscribe(browser)
    assert (again.status_code, again.json()["name"]) == (200, "My laptop")
    kept = PushSubscription.objects.get()
    assert timezone.now() - kept.seen_at < timedelta(minutes=1)
    assert subscribe(browser, name="My  phone").json()["name"] == "My phone"


def test_whoever_signs_in_at_a_browser_takes_it_over(browser: Client, alice: User, bob: User, direct: int) -> None:
    message_send(sender_id=bob.id, conversation_id=direct, client_id=uuid4(), text="for Alice only")
    burst = Burst.objects.create(recipient=alice, conversation_id=direct, due_at=timezone.now())
    hers = PushSubscription.objects.get()
    delivery = delivery_make(recipient=alice, channel=Channel.PUSH, items=[Item(burst, 1, 1, 1)], subscription=hers)
    moved = subscribe(browser_of(bob))
    assert moved.status_code == 200
    assert [kept.user_id for kept in PushSubscription.objects.all()] == [bob.id]
    delivery.refresh_from_db()
    assert delivery.subscription_id is None, "what was on its way to her does not reach him"
    assert Delivery.objects.count() == 1


def test_one_person_has_ten_at_most_and_the_one_unseen_the_longest_goes(alice: User, bob: User) -> None:
    keep(bob, "bob")
    for number in range(MOST):
        keep(alice, number)
    PushSubscription.objects.filter(endpoint=endpoint(4)).update(seen_at=timezone.now() - timedelta(days=1))
    keep(alice, MOST)
    assert left() == [endpoint("bob"), *(endpoint(number) for number in range(MOST + 1) if number != 4)]


@pytest.mark.django_db(transaction=True)
def test_ten_holds_when_they_come_together(alice: User) -> None:
    together([lambda number=number: keep(alice, number) for number in range(MOST + 5)])  # type: ignore[misc]
    assert PushSubscription.objects.count() == MOST


@pytest.mark.django_db(transaction=True)
def test_two_people_at_one_browser_at_once_leave_one_owner(alice: User, bob: User) -> None:
    together([lambda user=user: keep(user, 1) for user in (alice, bob) * 5])  # type: ignore[misc]
    assert PushSubscription.objects.count() == 1


# --- what it sets off ----------------------------------------------------------------------------------------------


def burst_of(user: User, conversation_id: int) -> Burst:
    later = timezone.now() + timedelta(hours=1)
    return Burst.objects.create(recipient=user, conversation_id=conversation_id, due_at=later)


def is_due(burst: Burst) -> bool:
    burst.refresh_from_db()
    return burst.due_at <= timezone.now()


def test_a_new_one_wakes_what_waits_for_its_owner(alice: User, bob: User, direct: int) -> None:
    mine, theirs = burst_of(alice, direct), burst_of(bob, direct)
    keep(alice, 1)
    assert (is_due(mine), is_due(theirs)) == (True, False)
    Burst.objects.update(due_at=timezone.now() + timedelta(hours=1))
    keep(alice, 1)
    assert not is_due(mine)


def test_dropping_one_lets_the_other_channels_be_asked(alice: User, bob: User, direct: int) -> None:
    kept, mine = keep(alice, 1), burst_of(alice, direct)
    assert not subscription_drop(user=bob, subscription_id=kept.id)
    assert not is_due(mine)
    assert subscription_drop(user=alice, subscription_id=kept.id)
    assert is_due(mine)


def test_three_refusals_in_more_than_a_day_are_too_many(alice: User) -> None:
    kept = keep(alice, 1)
    assert [subscription_failed(subscription=kept) for _ in range(5)] == [False] * 5, "all at one time"
    PushSubscription.objects.update(failing_since=timezone.now() - FAILING_MOST - timedelta(seconds=1), failures=1)
    assert not subscription_failed(subscription=kept)
    assert subscription_failed(subscription=kept)


def test_a_push_that_was_taken_makes_up_for_the_refusals(alice: User) -> None:
    kept = keep(alice, 1)
    subscription_failed(subscription=kept)
    kept.refresh_from_db()
    assert (kept.failures, kept.failing_since is None) == (1, False)
    subscription_worked(subscription=kept)
    kept.refresh_from_db()
    assert (kept.failures, kept.failing_since) == (0, None)


def test_the_unread_are_those_with_something_unread_the_newest_first(
    alice: User, bob: User, carol: User, direct: int, group: int
) -> None:
    for conversation_id in (direct, group, direct):
        message_send(sender_id=alice.id, conversation_id=conversation_id, client_id=uuid4(), text="Hello")
    people = [alice.id, bob.id, carol.id]
    assert unread_conversations(people, most=30) == {alice.id: [], bob.id: [direct, group], carol.id: [group]}
    assert unread_conversations([bob.id], most=1) == {bob.id: [direct]}
    assert unread_conversations([], most=1) == {}
