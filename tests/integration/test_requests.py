"""Who must be asked: a stranger's group or first direct message is a request, silent until it is accepted.

erin and frank signed up by themselves: strangers to everybody. alice, bob and carol were made by the operator.
"""

from typing import Any

import pytest

from backend.accounts.contacts import strangers_among
from backend.accounts.models import Contact, Signup, User
from backend.accounts.services import signup_confirm
from backend.chat.membership import conversation_open
from backend.chat.models import Participant
from backend.notifications.models import Burst, Delivery
from tests.conftest import PASSWORD, Api, person
from tests.problems import assert_problem
from tests.support.owed import device_of, time_passes
from worker.dispatch import bursts_decide


def stranger(key: str) -> User:
    """A person who signed up by themselves and agreed to be found by their address."""
    user = person(key)
    User.objects.filter(id=user.id).update(self_registered=True, findable=True)
    user.refresh_from_db()
    return user


@pytest.fixture
def erin(db: None) -> User:
    return stranger("erin")


@pytest.fixture
def frank(db: None) -> User:
    return stranger("frank")


@pytest.fixture(params=["direct", "group"])
def asked(request: pytest.FixtureRequest, erin: User, frank: User) -> int:
    """The id of a conversation in which erin asks frank, with one message."""
    body = {"kind": request.param, "participants": [frank.id]}
    made = Api(erin).post("conversations", body)
    assert made.status_code == 201, made.content
    Api(erin).say(made.json()["id"], "Hello, you do not know me")
    return int(made.json()["id"])


def row(user: User, conversation_id: int) -> Participant:
    return Participant.objects.get(user=user, conversation_id=conversation_id)


def owed() -> tuple[int, int, int]:
    """Debts, bursts and deliveries, after a day in which everybody was away."""
    time_passes(hours=24)
    bursts_decide()
    return Participant.objects.exclude(waiting_since=None).count(), Burst.objects.count(), Delivery.objects.count()


def answer(user: User, conversation_id: int, accept: bool) -> Any:
    return Api(user).post(f"conversations/{conversation_id}/request", {"accept": accept})


def test_who_confirms_a_sign_up_is_a_stranger_and_who_is_made_by_the_operator_is_not(alice: User, bob: User) -> None:
    signup = Signup.objects.create(email="new@example.com", name="New", created_at="2026-01-01T00:00:00Z")
    new = signup_confirm(signup=signup, password=PASSWORD)
    assert strangers_among(user=alice, ids={bob.id, new.id, alice.id}) == {new.id}
    assert strangers_among(user=new, ids={alice.id, bob.id, new.id}) == {alice.id, bob.id}


@pytest.mark.parametrize(
    ("consent", "strangers"),
    [("strangers", {"erin"}), ("always", {"bob", "erin"}), ("never", set())],
)
def test_consent_says_who_is_a_stranger(
    consent: str, strangers: set[str], alice: User, bob: User, erin: User, settings: Any
) -> None:
    settings.HARK_CONSENT = consent
    names = {bob.id: "bob", erin.id: "erin"}
    assert {names[id_] for id_ in strangers_among(user=alice, ids=set(names))} == strangers
    Contact.objects.create(user=alice, other=erin)
    assert {names[id_] for id_ in strangers_among(user=alice, ids=set(names))} == strangers - {"erin"}


def test_a_request_is_shown_with_who_asks_and_can_be_read(asked: int, erin: User, frank: User) -> None:
    api = Api(frank)
    c = api.get(f"conversations/{asked}").json()
    assert c["request"] == {"by": {"id": erin.id, "name": "Erin"}}
    assert api.get("conversations").json()["conversations"][0] == c == api.get("sync").json()["conversations"][0]
    assert api.get(f"conversations/{asked}/messages").json()["messages"][0]["text"] == "Hello, you do not know me"
    assert Api(erin).get(f"conversations/{asked}").json()["request"] is None


def test_a_request_is_silent_until_it_is_accepted(asked: int, erin: User, frank: User) -> None:
    device_of(frank)
    assert owed() == (0, 0, 0)
    assert answer(frank, asked, accept=True).status_code == 200
    assert owed() == (0, 0, 0), "what came before was seen when it was accepted"
    Api(erin).say(asked, "Nice to meet you")
    assert owed()[1] == 1
    assert Delivery.objects.count() == 2, "one push and one mail"


def test_a_pending_person_may_read_and_do_nothing_else(asked: int, erin: User, frank: User) -> None:
    api, one = Api(frank), f"conversations/{asked}"
    before = Api(erin).get(f"{one}").json()
    refused = [
        api.post(f"{one}/messages", {"client_id": "00000000-0000-4000-8000-000000000001", "text": "hi"}),
        api.put(f"{one}/typing", {}),
        api.put(f"{one}/messages/1/reactions/%F0%9F%91%8D"),
    ]
    if before["kind"] == "group":
        refused += [api.patch(one, {"title": "x"}), api.post(f"{one}/participants", {"user": erin.id})]
    for response in refused:
        assert_problem(response, 409, "request_pending")
    assert api.put(f"{one}/read", {"seq": 1}).json() == {"read_seq": 1}
    cursor = Api(erin).get("sync").json()["cursor"]
    assert Api(erin).get(one).json() == before, "nobody sees what a pending person has read"
    assert Api(erin).get(f"sync?cursor={cursor}").json()["conversations"] == []
    [reach] = Api(erin).get(f"{one}/reach").json()["reach"]
    assert reach == {"user": frank.id, "state": "not_told", "channel": None, "at": None}


def test_accepting_makes_contacts_and_an_ordinary_participant(asked: int, erin: User, frank: User) -> None:
    c = answer(frank, asked, accept=True).json()
    assert c["request"] is None and c["unread"] == 1
    assert strangers_among(user=erin, ids={frank.id}) == strangers_among(user=frank, ids={erin.id}) == set()
    Api(frank).say(asked, "Hello")
    assert answer(frank, asked, accept=True).json()["id"] == asked, "once more changes nothing"
    assert_problem(answer(frank, asked, accept=False), 409, "no_request")
    made, _ = conversation_open(user_id=erin.id, kind="group", others=[frank.id], title="")
    assert Api(frank).get(f"conversations/{made['id']}").json()["request"] is None


def test_declining_hides_it_and_looks_like_not_yet_read(asked: int, erin: User, frank: User) -> None:
    before = Api(erin).get(f"conversations/{asked}").json()
    cursor = Api(erin).get("sync").json()["cursor"]
    mine = Api(frank).get("sync").json()["cursor"]
    assert answer(frank, asked, accept=False).status_code == 204
    assert Api(erin).get(f"conversations/{asked}").json() == before
    assert Api(erin).get(f"sync?cursor={cursor}").json()["conversations"] == []
    assert [reach["state"] for reach in Api(erin).get(f"conversations/{asked}/reach").json()["reach"]] == ["not_told"]
    assert Api(frank).get(f"sync?cursor={mine}").json()["left"] == [asked]
    assert Api(frank).get("conversations").json()["conversations"] == []
    assert_problem(Api(frank).get(f"conversations/{asked}"), 404, "not_found")
    Api(erin).say(asked, "Are you there?")
    assert Api(frank).get("conversations").json()["conversations"] == []
    assert row(frank, asked).unread == 0
    assert owed() == (0, 0, 0)
    assert strangers_among(user=erin, ids={frank.id}) == {frank.id}


def test_a_declined_direct_conversation_comes_back_when_the_decliner_writes(erin: User, frank: User) -> None:
    body = {"kind": "direct", "participants": [frank.id]}
    direct = Api(erin).post("conversations", body).json()["id"]
    Api(erin).say(direct, "Hello?")
    answer(frank, direct, accept=False)
    assert Api(erin).post("conversations", body).status_code == 200, "erin sees what was there"
    assert Api(frank).get("conversations").json()["conversations"] == []
    opened = Api(frank).post("conversations", {"kind": "direct", "participants": [erin.id]})
    assert (opened.status_code, opened.json()["id"], opened.json()["unread"]) == (200, direct, 0)
    Api(frank).say(direct, "Sorry, who are you?")
    Api(erin).say(direct, "Erin")
    assert row(frank, direct).waiting_since is not None


def test_whoever_left_a_group_is_added_again_only_with_consent(alice: User, bob: User, group: int) -> None:
    api = Api(alice)
    Api(bob).delete(f"conversations/{group}/participants/{bob.id}")
    assert api.post(f"conversations/{group}/participants", {"user": bob.id}).status_code == 201
    api.say(group, "Welcome back?")
    assert Api(bob).get(f"conversations/{group}").json()["request"]["by"]["id"] == alice.id
    assert row(bob, group).waiting_since is None
    assert api.post(f"conversations/{group}/participants", {"user": bob.id}).status_code == 200
    Api(bob).delete(f"conversations/{group}/participants/{bob.id}")  # leaving a request is declining it
    assert bob.id in [someone["id"] for someone in api.get(f"conversations/{group}").json()["participants"]]
    assert api.post(f"conversations/{group}/participants", {"user": bob.id}).status_code == 200
    assert Api(bob).get("conversations").json()["conversations"] == []


def test_removing_and_adding_somebody_who_declined_asks_them_again(alice: User, bob: User, group: int) -> None:
    api = Api(alice)
    Api(bob).delete(f"conversations/{group}/participants/{bob.id}")
    api.post(f"conversations/{group}/participants", {"user": bob.id})
    answer(bob, group, accept=False)
    assert api.delete(f"conversations/{group}/participants/{bob.id}").status_code == 204
    assert bob.id not in [someone["id"] for someone in api.get(f"conversations/{group}").json()["participants"]]
    assert api.post(f"conversations/{group}/participants", {"user": bob.id}).status_code == 201
    assert row(bob, group).is_pending
    assert answer(bob, group, accept=True).status_code == 200
    assert not row(bob, group).consent_needed


def test_whoever_the_owner_removed_is_added_as_before(alice: User, bob: User, group: int) -> None:
    Api(alice).delete(f"conversations/{group}/participants/{bob.id}")
    Api(alice).post(f"conversations/{group}/participants", {"user": bob.id})
    assert row(bob, group).is_member


def test_people_whom_the_operator_made_need_not_ask(alice: User, bob: User, group: int, direct: int) -> None:
    assert [Participant.objects.filter(requested_by__isnull=False).count(), row(bob, group).is_member] == [0, True]


def test_499_strangers_collected_into_one_group_get_no_mail(erin: User, settings: Any) -> None:
    settings.HARK_DIRECTORY, settings.HARK_LIMITS = "all", "off"  # or none of them could be named, and not so many
    people = User.objects.bulk_create(
        User(email=f"p{number}@example.com", name=f"P {number}", self_registered=True) for number in range(499)
    )
    made = Api(erin).post("conversations", {"kind": "group", "participants": [someone.id for someone in people]})
    assert made.status_code == 201
    group = made.json()["id"]
    for _ in range(3):
        Api(erin).say(group, "Buy my lamps")
    assert Participant.objects.filter(requested_by=erin, left_at=None).count() == 499
    leaver = people[0]
    Api(leaver).delete(f"conversations/{group}/participants/{leaver.id}")
    Api(erin).post(f"conversations/{group}/participants", {"user": leaver.id})
    Api(erin).say(group, "Come back")
    assert owed() == (0, 0, 0)
    assert Api(leaver).get("conversations").json()["conversations"] == []


def test_a_member_who_left_while_owed_is_owed_nothing_as_a_pending_one(alice: User, bob: User, group: int) -> None:
    Api(alice).say(group, "An open burst")
    time_passes(minutes=5)
    Delivery.objects.all().delete()
    from backend.notifications.services.bursts import bursts_open

    bursts_open()
    Api(bob).delete(f"conversations/{group}/participants/{bob.id}")
    Api(alice).post(f"conversations/{group}/participants", {"user": bob.id})
    Api(alice).say(group, "Are you back?")
    bursts_decide()
    assert row(bob, group).waiting_since is None
    assert not Delivery.objects.filter(recipient=bob).exists()
