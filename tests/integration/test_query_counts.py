"""What the hot paths ask the database, whatever the history and the number of people."""

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.test import Client

from backend.accounts.models import User
from backend.chat.membership import conversation_open
from backend.chat.models import Message
from tests.conftest import person
from tests.support.history import add_history

AtMost = Callable[[int], AbstractContextManager[Any]]
# Each with one statement that says who is asking; the last three with one that says whether they may once more, and
# a search with one that bounds it.
IDLE, DELTA, PAGE, SEND, REACT, SEARCH = 2, 3, 2, 9, 13, 7
ALL_SIZES = pytest.mark.parametrize(("people", "history"), [(2, 10), (60, 10), (2, 2_000), (60, 2_000)])


@pytest.fixture
def browser(alice: User) -> Client:
    client = Client()
    client.force_login(alice)
    return client


def conversation(alice: User, people: int, history: int) -> int:
    others = [person(f"p{number}") for number in range(people - 1)]
    made, _ = conversation_open(user_id=alice.id, kind="group", others=[other.id for other in others], title="")
    add_history(made["id"], others[0], history)
    return int(made["id"])


def send(browser: Client, conversation_id: int) -> Any:
    body = {"client_id": str(uuid.uuid4()), "text": "hello"}
    return browser.post(f"/api/v1/conversations/{conversation_id}/messages", body, content_type="application/json")


@ALL_SIZES
def test_an_idle_poll_is_cheap(
    people: int, history: int, browser: Client, alice: User, django_assert_max_num_queries: AtMost
) -> None:
    opened = conversation(alice, people, history)
    first = browser.get(f"/api/v1/sync?visible=1&conversation={opened}&after={history}")
    url = f"/api/v1/sync?visible=1&cursor={first.json()['cursor']}&conversation={opened}&after={history}"
    with django_assert_max_num_queries(IDLE):
        assert browser.get(url, headers={"If-None-Match": first["ETag"]}).status_code == 304


@ALL_SIZES
def test_a_poll_that_brings_news_costs_little_more(
    people: int, history: int, browser: Client, alice: User, django_assert_max_num_queries: AtMost
) -> None:
    opened = conversation(alice, people, history)
    cursor = browser.get("/api/v1/sync").json()["cursor"]
    assert send(browser, opened).status_code == 201
    with django_assert_max_num_queries(DELTA):
        url = f"/api/v1/sync?visible=1&cursor={cursor}&conversation={opened}&after={history}"
        answer = browser.get(url).json()
    assert (len(answer["conversations"]), len(answer["messages"])) == (1, 1)


@ALL_SIZES
def test_a_page_costs_one_statement(
    people: int, history: int, browser: Client, alice: User, django_assert_max_num_queries: AtMost
) -> None:
    opened = conversation(alice, people, history)
    Message.objects.filter(seq__gt=history - 20).update(reactions=[{"emoji": "👍", "users": [alice.id]}])
    for where in ("", f"&before={history}", f"&after={history - 5}", f"&from={max(1, history - 50)}"):
        with django_assert_max_num_queries(PAGE):
            answer = browser.get(f"/api/v1/conversations/{opened}/messages?limit=100{where}").json()
        assert answer["messages"]


@ALL_SIZES
def test_a_send_costs_the_same_for_two_and_for_sixty(
    people: int, history: int, browser: Client, alice: User, django_assert_max_num_queries: AtMost
) -> None:
    opened = conversation(alice, people, history)
    with django_assert_max_num_queries(SEND):
        assert send(browser, opened).status_code == 201


@ALL_SIZES
def test_a_reaction_costs_the_same_for_two_and_for_sixty(
    people: int, history: int, browser: Client, alice: User, django_assert_max_num_queries: AtMost
) -> None:
    opened = conversation(alice, people, history)
    url = f"/api/v1/conversations/{opened}/messages/{history}/reactions/%F0%9F%91%8D"
    for method in (browser.put, browser.delete):
        with django_assert_max_num_queries(REACT):
            assert method(url).status_code == 200


@ALL_SIZES
def test_a_search_costs_the_same_however_much_it_finds(
    people: int, history: int, browser: Client, alice: User, django_assert_max_num_queries: AtMost
) -> None:
    conversation(alice, people, history)
    with django_assert_max_num_queries(SEARCH):
        assert len(browser.get("/api/v1/search?q=message&limit=200").json()["results"]) == min(history, 200)


def test_a_list_of_fifty_costs_what_a_list_of_two_costs(
    browser: Client, alice: User, bob: User, django_assert_max_num_queries: AtMost
) -> None:
    for _ in range(50):
        made, _ = conversation_open(user_id=alice.id, kind="group", others=[bob.id], title="")
        add_history(made["id"], bob, 2)
    with django_assert_max_num_queries(DELTA):
        assert len(browser.get("/api/v1/sync").json()["conversations"]) == 50
    with django_assert_max_num_queries(DELTA):
        assert len(browser.get("/api/v1/conversations").json()["conversations"]) == 50
