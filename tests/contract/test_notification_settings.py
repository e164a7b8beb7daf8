"""What one wants to be told, and by which ways."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from backend.accounts.models import User
from backend.chat.membership import participant_remove
from backend.chat.services import notifications_set
from backend.notifications.models import Burst, Delivery, NotificationSettings, Suppression
from tests.contract.clients import Api
from tests.contract.shapes import assert_c
from tests.parallel import in_parallel
from tests.problems import assert_problem
from tests.support.owed import device_of

PATH = "notification-settings"
FRESH = {
    "email": True,
    "push": True,
    "email_delay": None,
    "push_delay": None,
    "quiet_hours": None,
    "hide_content": False,
    "email_suppressed": None,
    "defaults": {"push_delay": 20, "email_delay": 120, "email_delay_with_push": 600},
}
LATER = timezone.now() + timedelta(days=1)


def test_who_chose_nothing_has_what_the_house_has(alice: User) -> None:
    assert Api(alice).get(PATH).json() == FRESH
    assert not NotificationSettings.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"email": False},
        {"push": False, "hide_content": True},
        {"email_delay": 0, "push_delay": 86_400},
        {"quiet_hours": {"start": "22:00", "end": "08:00"}},
        {"quiet_hours": {"start": "00:00", "end": "23:59"}},
        {},
    ],
    ids=str,
)
def test_what_is_given_is_changed_and_nothing_else(changes: dict[str, Any], alice: User, bob: User) -> None:
    api = Api(alice)
    assert api.patch(PATH, changes).json() == FRESH | changes
    assert api.patch(PATH, {}).json() == api.get(PATH).json() == FRESH | changes
    assert Api(bob).get(PATH).json() == FRESH


def test_null_takes_a_choice_back(alice: User) -> None:
    api = Api(alice)
    api.patch(PATH, {"email_delay": 5, "push_delay": 5, "quiet_hours": {"start": "22:00", "end": "08:00"}})
    assert api.patch(PATH, {"email_delay": None, "push_delay": None, "quiet_hours": None}).json() == FRESH


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *((field, value) for field in ("email", "push", "hide_content") for value in (1, 0, "true", "", None, [], {})),
        *(
            (field, value)
            for field in ("email_delay", "push_delay")
            for value in (-1, 86_401, 2**63, 1.0, "60", True, False, [], {})
        ),
        *(
            ("quiet_hours", value)
            for value in (
                "22:00",
                5,
                [],
                ["22:00", "08:00"],
                {},
                {"start": "22:00"},
                {"end": "08:00"},
                {"start": "22:00", "end": None},
                {"start": 1320, "end": 480},
                {"start": "22:00", "end": "22:00"},
                {"start": "24:00", "end": "08:00"},
                {"start": "22:60", "end": "08:00"},
                {"start": "22:00:00", "end": "08:00"},
                {"start": "22:00", "end": "8:00"},
                {"start": "22:00\n", "end": "08:00"},
                {"start": "٢٢:٠٠", "end": "08:00"},
                {"start": "\ud800", "end": "08:00"},
                {"start": "22:00", "end": "08:00", "days": [1]},
            )
        ),
    ],
    ids=ascii,
)
def test_it_names_the_setting_that_is_wrong(field: str, value: Any, alice: User) -> None:
    api = Api(alice)
    assert_problem(api.patch(PATH, {"email": False, field: value}), 400, "invalid_parameter", field)
    assert api.get(PATH).json() == FRESH


@pytest.mark.parametrize("field", ["email_suppressed", "defaults", "quiet_start", "user", "sms"])
def test_what_is_no_setting_is_refused(field: str, alice: User) -> None:
    assert_problem(Api(alice).patch(PATH, {field: None}), 400, "unknown_parameter", field)


def test_two_who_change_different_things_at_once_lose_nothing(alice: User) -> None:
    apis, fields = [Api(alice) for _ in range(4)], ("email", "push", "email_delay", "push_delay")
    in_parallel(4, lambda number: apis[number].patch(PATH, {fields[number]: number > 1 and number}))
    kept = Api(alice).get(PATH).json()
    assert [kept[field] for field in fields] == [False, False, 2, 3]


def test_a_change_has_all_that_is_open_decided_at_once(alice: User, bob: User, direct: int) -> None:
    for recipient in (alice, bob):
        Burst.objects.create(recipient=recipient, conversation_id=direct, due_at=LATER)
    for key, error in (("held", ""), ("failed", "451 later")):
        Delivery.objects.create(recipient=bob, channel="email", key=key, address="", due_at=LATER, error=error)
    Api(bob).patch(PATH, {"quiet_hours": None})
    due = timezone.now()
    assert list(Burst.objects.filter(due_at__lte=due).values_list("recipient_id", flat=True)) == [bob.id]
    assert list(Delivery.objects.filter(due_at__lte=due).values_list("key", flat=True)) == ["held"]


# --- an address that takes no mail ---------------------------------------------------------------------------


def test_ones_own_address_may_be_tried_again(alice: User, bob: User) -> None:
    for user in (alice, bob):
        Suppression.objects.create(email=user.email, reason="550 5.1.1 No such user")
    api = Api(alice)
    suppressed = api.get(PATH).json()["email_suppressed"]
    assert set(suppressed) == {"reason", "since"}
    assert suppressed["reason"] == "550 5.1.1 No such user" and suppressed["since"].endswith("Z")
    answers = [api.delete(f"{PATH}/email-suppression") for _ in range(2)]
    assert [(answer.status_code, answer.content) for answer in answers] == [(204, b"")] * 2
    assert api.get(PATH).json()["email_suppressed"] is None
    assert Api(bob).get(PATH).json()["email_suppressed"] is not None


# --- a test --------------------------------------------------------------------------------------------------


def test_one_may_have_oneself_sent_a_test(alice: User) -> None:
    device = device_of(alice)
    api = Api(alice)
    mail, push = (
        api.post(f"{PATH}/test", body)
        for body in ({"channel": "email"}, {"channel": "push", "subscription": device.id})
    )
    assert [mail.status_code, push.status_code] == [202, 202]
    made = Delivery.objects.order_by("id")
    assert [(delivery.channel, delivery.address, delivery.subscription_id) for delivery in made] == [
        ("email", "alice@example.com", None),
        ("push", "Firefox on Linux", device.id),
    ]
    assert all(d.recipient == alice and d.state == "due" and d.due_at <= timezone.now() for d in made)
    assert all(d.key.startswith("t.") and not d.items.exists() for d in made)


@pytest.mark.parametrize(
    ("body", "parameter"),
    [
        ({}, "channel"),
        ({"channel": "sms"}, "channel"),
        ({"channel": None}, "channel"),
        ({"channel": ["email"]}, "channel"),
        ({"channel": "push"}, "subscription"),
        ({"channel": "push", "subscription": 999_999}, "subscription"),
        ({"channel": "push", "subscription": "1"}, "subscription"),
        ({"channel": "push", "subscription": True}, "subscription"),
        ({"channel": "push", "subscription": 0}, "subscription"),
        ({"channel": "push", "subscription": None}, "subscription"),
        ({"channel": "push", "subscription": 2**63}, "subscription"),
        ({"channel": "email", "subscription": 1}, "subscription"),
    ],
    ids=str,
)
def test_a_test_that_can_reach_nobody_is_refused(body: dict[str, Any], parameter: str, alice: User) -> None:
    assert_problem(Api(alice).post(f"{PATH}/test", body), 400, "invalid_parameter", parameter)
    assert not Delivery.objects.exists()


def test_nobody_sends_a_test_to_anothers_browser(alice: User, bob: User) -> None:
    body = {"channel": "push", "subscription": device_of(bob).id}
    assert_problem(Api(alice).post(f"{PATH}/test", body), 400, "invalid_parameter", "subscription")
    assert not Delivery.objects.exists()


def test_five_tests_an_hour_are_enough(alice: User, bob: User) -> None:
    api = Api(alice)
    assert [api.post(f"{PATH}/test", {"channel": "email"}).status_code for _ in range(5)] == [202] * 5
    refused = api.post(f"{PATH}/test", {"channel": "email"})
    assert_problem(refused, 429, "too_many_attempts")
    assert 3_500 < int(refused["Retry-After"]) <= 3_600
    assert Delivery.objects.count() == 5
    assert Api(bob).post(f"{PATH}/test", {"channel": "email"}).status_code == 202


# --- conversations that one wants to hear less of ------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "hours", "is_muted"),
    [("all", None, False), ("all", -1, False), ("all", 1, True), ("mentions", None, True), ("none", None, True)],
)
def test_a_muted_conversation_is_in_the_list(
    level: str, hours: int | None, is_muted: bool, alice: User, bob: User, direct: int, group: int
) -> None:
    muted_until = None if hours is None else timezone.now() + timedelta(hours=hours)
    notifications_set(user_id=bob.id, conversation_id=direct, level=level, muted_until=muted_until)
    answer = Api(bob).get(f"{PATH}/muted").json()
    assert set(answer) == {"conversations"}
    assert [c["id"] for c in answer["conversations"]] == [direct] * is_muted
    for c in answer["conversations"]:
        assert_c(c)
    assert Api(alice).get(f"{PATH}/muted").json() == {"conversations": []}


def test_a_muted_conversation_that_one_has_left_is_not(bob: User, group: int) -> None:
    notifications_set(user_id=bob.id, conversation_id=group, level="none", muted_until=None)
    participant_remove(user_id=bob.id, conversation_id=group, gone_id=bob.id)
    assert Api(bob).get(f"{PATH}/muted").json() == {"conversations": []}
