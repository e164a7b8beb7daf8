"""Promise 1: whoever polls sees every message once and in order, whatever the writers do."""

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from backend.accounts.models import User
from backend.accounts.services import token_create
from backend.api.errors import ApiError
from backend.chat import log
from backend.chat.membership import conversation_open, participant_add, participant_remove
from backend.chat.models import Conversation, Message, Participant
from backend.chat.selectors import changes
from backend.chat.services import message_delete, message_edit, message_send, read_advance
from backend.chat.sync import Position, sync_answer, sync_state
from backend.live.models import Feed
from tests.support.hark import Hark
from tests.support.http import request
from tests.support.threads import beside, somebody_waits_for_me, together
from tests.support.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 50
MESSAGES = 5_000
ROUNDS = 200  # of each of eight people at work
POLL_PAUSE = 0.02  # seconds, so that the pollers do not take all the time from the writers
TOO_LONG = 240  # seconds; a poller that has not seen all by then never will

WHAT = ("send", "send", "read", "read", "edit", "delete", "join", "join", "leave")

Page = Callable[[int], dict[str, Any]]


def test_each_of_five_pollers_sees_what_fifty_writers_write_once_and_in_order(
    direct: int, alice: User, bob: User
) -> None:
    def write(sender_id: int) -> list[int]:
        return [say(sender_id, direct, f"message {i}")["seq"] for i in range(MESSAGES // WRITERS)]

    def page(limit: int) -> Page:
        return partial(changes_page, bob, direct, limit)

    pollers = [partial(poll_all, page(limit)) for limit in (7, 50, 200)]
    pollers += [partial(poll_all, partial(sync_page, user, direct)) for user in (alice.id, bob.id)]
    writers = [partial(write, (alice.id, bob.id)[i % 2]) for i in range(WRITERS)]
    results = together([*pollers, *writers])

    everything = list(range(1, MESSAGES + 1))
    assert [seen == everything for seen in results[:5]] == [True] * 5
    assert sorted(seq for seqs in results[5:] for seq in seqs) == everything
    assert unread_of(alice, direct) + unread_of(bob, direct) == MESSAGES


def poll_all(page: Page) -> list[int]:
    """Poll until all are there: the seqs that were new to the reader, in the order they came."""
    seen: list[int] = []
    after, deadline = 0, time.monotonic() + TOO_LONG
    while len(seen) < MESSAGES and time.monotonic() < deadline:
        answer = page(after)
        assert answer["cursor"] >= after
        seen += [message["seq"] for message in answer["messages"]]
        assert answer["has_more"] or len(seen) == answer["last_seq"], "a hole that the reader is not told of"
        after = answer["cursor"]
        time.sleep(0 if answer["has_more"] else POLL_PAUSE)
    return seen


def changes_page(user: User, conversation_id: int, limit: int, after: int) -> dict[str, Any]:
    """One page of the incremental list."""
    state = sync_state(user_id=user.id, position=Position(None, conversation_id, after), limit=limit)
    assert state.head is not None
    return changes(state.head, state.changed, limit)


def sync_page(user_id: int, conversation_id: int, after: int) -> dict[str, Any]:
    position = Position(0, conversation_id, after)
    answer = sync_answer(sync_state(user_id=user_id, position=position), position)
    return {**answer, "cursor": answer["after"]}


def test_a_later_send_waits_for_the_slow_one_before_it(direct: int, alice: User, bob: User) -> None:
    with ThreadPoolExecutor() as pool:
        with transaction.atomic():
            slow = half_sent(alice, direct)
            later = beside(pool, say, sender_id=bob.id, conversation_id=direct, text="later")
            wait_until(somebody_waits_for_me, "the later send waits")
            assert beside(pool, sync_page, user_id=bob.id, conversation_id=direct, after=0).result()["cursor"] == 0
            log.readers_tell(direct, actor_id=alice.id, new_seq=slow.seq)
        assert later.result()["seq"] == 2
    answer = sync_page(bob.id, direct, 0)
    assert [message["text"] for message in answer["messages"]] == ["slow", "later"]


def test_a_commit_out_of_order_is_not_lost_although_its_id_is_lower(
    direct: int, group: int, alice: User, carol: User
) -> None:
    """A slow send in one conversation commits after a later one in another: ids lose it, the feed does not."""
    feed = Feedreader(alice)
    feed.poll()
    with ThreadPoolExecutor() as pool, transaction.atomic():
        slow = half_sent(alice, direct)
        beside(pool, say, sender_id=carol.id, conversation_id=group, text="later").result()
        assert beside(pool, feed.poll).result() == {group}
        id_read = beside(pool, ids_after, last=0).result()[-1]
        log.readers_tell(direct, actor_id=alice.id, new_seq=slow.seq)
    assert feed.poll() == {direct}
    assert feed.poll() == set()
    assert ids_after(id_read) == [], "reading by id would have found it: this schedule proves nothing"
    assert Message.objects.get(text="slow").id < id_read


def test_a_send_whose_feeds_are_taken_makes_other_conversations_wait(
    direct: int, group: int, alice: User, carol: User
) -> None:
    feed = Feedreader(alice)
    feed.poll()
    with ThreadPoolExecutor() as pool:
        with transaction.atomic():
            slow = half_sent(alice, direct)
            log.readers_tell(direct, actor_id=alice.id, new_seq=slow.seq)
            later = beside(pool, say, sender_id=carol.id, conversation_id=group, text="later")
            wait_until(somebody_waits_for_me, "the later send waits for alice's feed")
            assert beside(pool, feed.poll).result() == set()
        later.result()
    assert feed.poll() == {direct, group}


class Feedreader:
    """Somebody who polls without an open conversation."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.cursor: int | None = None

    def poll(self) -> set[int]:
        """Ids of the conversations that changed since the last poll."""
        position = Position(self.cursor, None, 0)
        answer = sync_answer(sync_state(user_id=self.user.id, position=position), position)
        self.cursor = answer["cursor"]
        return {conversation["id"] for conversation in answer["conversations"]}


def half_sent(sender: User, conversation_id: int) -> Message:
    """A send that has its numbers and its row, and has not told its readers yet."""
    numbers = log.counters_move(conversation_id, new_message=True)
    return Message.objects.create(
        conversation_id=conversation_id,
        seq=numbers.seq,
        rev=numbers.rev,
        sender=sender,
        client_id=uuid4(),
        sent_digest=b"",
        text="slow",
    )


def ids_after(last: int) -> list[int]:
    """What a poll by `id > last` would bring."""
    return list(Message.objects.filter(id__gt=last).order_by("id").values_list("id", flat=True))


def test_a_hundred_parallel_posts_of_one_client_id_are_one_message(
    hark: Hark, direct: int, alice: User, bob: User
) -> None:
    hark.start("web", HARK_LIMITS="off")
    token = token_create(user=alice, name="test")[1]
    body = {"client_id": str(uuid4()), "text": "once"}
    path = f"/api/v1/conversations/{direct}/messages"
    feed_before = Feed.objects.get(user=bob).rev
    together_now = threading.Barrier(100)

    def post() -> tuple[int, int]:
        together_now.wait()
        answer = request(hark.port, "POST", path, token=token, body=body)
        while answer.status in (429, 503):  # so many at once are not all let in, and a send may be repeated
            answer = request(hark.port, "POST", path, token=token, body=body)
        return answer.status, answer.json()["seq"]

    answers = together([post] * 100)

    assert sorted(answers) == [(200, 1)] * 99 + [(201, 1)]
    assert Message.objects.count() == 1
    conversation = Conversation.objects.get(id=direct)
    assert (conversation.rev, conversation.last_seq, unread_of(bob, direct)) == (1, 1, 1)
    assert Feed.objects.get(user=bob).rev == feed_before + 1


def test_sends_reads_edits_joins_and_leaves_in_two_groups_of_the_same_people_do_not_deadlock(
    alice: User, bob: User, carol: User, dave: User
) -> None:
    people = [alice.id, bob.id, carol.id, dave.id]
    groups = [
        conversation_open(user_id=owner, kind="group", others=people, title=title)[0]["id"]
        for owner, title in ((alice.id, "Port"), (dave.id, "Starboard"))
    ]

    def work(seed: int) -> int:
        chance, done = random.Random(seed), 0
        for _ in range(ROUNDS):
            done += something(chance, people, chance.choice(groups))
        return done

    done = together([partial(work, seed) for seed in range(8)])

    assert all(part > ROUNDS / 3 for part in done), "nearly everything was refused: nothing was tried"
    for group_id in groups:
        conversation = Conversation.objects.get(id=group_id)
        seqs = Message.objects.filter(conversation=conversation).order_by("seq").values_list("seq", flat=True)
        assert list(seqs) == list(range(1, conversation.last_seq + 1))


def something(chance: random.Random, people: list[int], group_id: int) -> bool:
    """One random change by one random person; False if it was refused. A deadlock raises."""
    me, other = chance.choice(people), chance.choice(people)
    last_seq = Conversation.objects.get(id=group_id).last_seq
    seq = chance.randint(1, max(1, last_seq))
    try:
        match chance.choice(WHAT):
            case "send":
                say(me, group_id, "hello")
            case "read":
                read_advance(user_id=me, conversation_id=group_id, seq=last_seq)
            case "edit":
                message_edit(editor_id=me, conversation_id=group_id, seq=seq, text="better")
            case "delete":
                message_delete(editor_id=me, conversation_id=group_id, seq=seq)
            case "join":
                participant_add(user_id=me, conversation_id=group_id, new_id=other)
            case "leave":
                # Two always stay, or soon nobody could let anybody in. Whoever leaves alone is not simply let in again.
                owner = Conversation.objects.get(id=group_id).owner_id
                leaver = chance.choice([one for one in people[2:] if one != owner])
                participant_remove(user_id=owner, conversation_id=group_id, gone_id=leaver)
    except ApiError:
        return False
    return True


def say(sender_id: int, conversation_id: int, text: str) -> dict[str, Any]:
    message, is_new = message_send(sender_id=sender_id, conversation_id=conversation_id, client_id=uuid4(), text=text)
    assert is_new
    return message


def unread_of(user: User, conversation_id: int) -> int:
    return Participant.objects.get(user=user, conversation_id=conversation_id).unread
