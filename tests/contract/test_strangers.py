"""What you may not see does not exist: 404, and never 403, on every route of a conversation."""

import re
import uuid
from typing import Any

import pytest
from django.test import Client

from backend.accounts.models import Session, User
from backend.accounts.services import token_create
from backend.chat.models import Conversation, Message, Participant
from backend.notifications.models import PushSubscription
from tests.contract.clients import Api
from tests.problems import assert_problem
from tests.routes import fill, operations

ONE = "conversations/<int:conversation_id>"
# Each operation on something with an id, with a good body. A new route needs a row here.
OPERATIONS: dict[tuple[str, str], Any] = {
    ("delete", "auth/tokens/<int:token_id>"): None,
    ("delete", "auth/sessions/<str:session_id>"): None,
    ("delete", "push/subscriptions/<int:subscription_id>"): None,
    ("get", ONE): None,
    ("patch", ONE): {"title": "Mine now"},
    ("post", f"{ONE}/participants"): {"user": "{stranger}"},
    ("delete", f"{ONE}/participants/<int:user_id>"): None,
    ("put", f"{ONE}/notifications"): {"level": "none"},
    ("get", f"{ONE}/messages"): None,
    ("post", f"{ONE}/messages"): {"client_id": str(uuid.uuid4()), "text": "Let me in"},
    ("patch", f"{ONE}/messages/<int:seq>"): {"text": "Let me in"},
    ("delete", f"{ONE}/messages/<int:seq>"): None,
    ("put", f"{ONE}/messages/<int:seq>/reactions/<str:emoji>"): {},
    ("delete", f"{ONE}/messages/<int:seq>/reactions/<str:emoji>"): None,
    ("post", f"{ONE}/messages/<int:seq>/report"): {"reason": "spam"},
    ("post", f"{ONE}/request"): {"accept": True},
    ("put", "blocks/<int:user_id>"): {},
    ("delete", "blocks/<int:user_id>"): None,
    ("put", f"{ONE}/read"): {"seq": 1},
    ("put", f"{ONE}/unread"): {"seq": 1},
    ("put", f"{ONE}/typing"): {},
    ("get", f"{ONE}/reach"): None,
}
ALL = pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=[" ".join(key) for key in OPERATIONS])
OF_CONVERSATIONS = pytest.mark.parametrize(("method", "path"), [key for key in OPERATIONS if ONE in key[1]])


def snapshot() -> list[Any]:
    """The whole log as it stands."""
    models = (Conversation, Participant, Message)
    return [list(model._default_manager.order_by("id").values()) for model in models]


def session_of(user: User) -> str:
    """The id of a browser in which this person is signed in."""
    Client().force_login(user)
    return Session.objects.get(user=user).public_id


def ask(user: User, method: str, path: str, **ids: Any) -> Any:
    body = OPERATIONS[method, path]
    if body and "user" in body:
        body = {"user": user.id}
    return Api(user).request(method, fill(path, **ids), body)


def test_every_operation_with_an_id_is_in_the_list() -> None:
    assert set(OPERATIONS) == {(method, path) for method, path in operations() if "<" in path}


@ALL
def test_it_does_not_exist_for_a_stranger(method: str, path: str, alice: User, dave: User, group: int) -> None:
    Api(alice).say(group, "among us")
    User.objects.filter(id=dave.id).update(self_registered=True)  # who was made by the operator knows alice
    ids: dict[str, Any] = {"conversation_id": group, "user_id": alice.id, "session_id": session_of(alice)}
    ids["token_id"] = token_create(user=alice, name="hers")[0].id
    ids["subscription_id"] = PushSubscription.objects.create(user=alice, endpoint="https://fcm.googleapis.com/1").id
    before = snapshot()
    assert_problem(ask(dave, method, path, **ids), 404, "not_found")
    assert snapshot() == before
    assert alice.tokens.filter(name="hers").exists()
    assert alice.push_subscriptions.exists() and alice.sessions.exists()


@OF_CONVERSATIONS
def test_it_does_not_exist_for_one_who_left(method: str, path: str, alice: User, bob: User, group: int) -> None:
    api = Api(bob)
    api.say(group, "I leave")
    assert api.delete(f"conversations/{group}/participants/{bob.id}").status_code == 204
    before = snapshot()
    assert_problem(ask(bob, method, path, conversation_id=group, user_id=bob.id), 404, "not_found")
    assert snapshot() == before


@pytest.mark.parametrize("number", [0, 999_999, 2**63, 10**30, 10**4_400], ids=["0", "small", "64 bits", "30", "4,400"])
def test_an_id_that_nobody_has_is_not_found(number: int, dave: User, subtests: pytest.Subtests) -> None:
    text = "1" + "0" * 4_400 if number == 10**4_400 else str(number)
    for method, path in OPERATIONS:
        with subtests.test(method=method, path=path):
            ids: dict[str, Any] = {re.findall(r"<\w+:(\w+_id|seq)>", path)[-1]: text}
            assert_problem(ask(dave, method, path, **ids), 404, "not_found")


def test_a_stranger_cannot_poll_a_conversation(alice: User, dave: User, group: int) -> None:
    Api(alice).say(group, "among us")
    api = Api(dave)
    assert_problem(api.get(f"sync?conversation={group}&after=0"), 404, "not_found")
    assert_problem(api.get(f"sync?conversation={group}&after=0&cursor=0"), 404, "not_found")
    assert api.get("sync").json()["conversations"] == []
    assert api.get("conversations").json() == {"conversations": [], "next": None}


def test_one_who_left_cannot_poll_the_conversation(bob: User, group: int) -> None:
    api = Api(bob)
    api.delete(f"conversations/{group}/participants/{bob.id}")
    assert_problem(api.get(f"sync?conversation={group}&after=0"), 404, "not_found")
    assert api.get("sync").json()["conversations"] == []


def test_an_unknown_address_of_the_api_is_a_problem(alice: User) -> None:
    assert_problem(Api(alice).get("nothing/here"), 404, "not_found")
    assert_problem(Api().get("nothing/here"), 404, "not_found")
