"""Promises 1 and 2 under faults: dropped answers, killed processes, reads and settlements that race with a send."""

import http.client
import json
import socket
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
from backend.api.errors import NotFound
from backend.chat import log
from backend.chat.membership import participant_add, participant_remove
from backend.chat.models import Message, Participant
from backend.chat.selectors import conversations_changed
from backend.chat.services import message_send, read_advance, told_up_to
from backend.live.models import Feed
from tests.support.hark import Hark
from tests.support.http import Answer, request
from tests.support.threads import beside, somebody_waits_for_me
from tests.support.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 8
KILLS = 4
PATIENCE = 60  # seconds that a client keeps retrying one message
RETRY_AFTER = 0.1  # seconds


def test_a_send_whose_answer_was_dropped_is_answered_with_the_first_message(
    hark: Hark, direct: int, alice: User
) -> None:
    hark.start("web")
    token = token_create(user=alice, name="test")[1]
    body = {"client_id": str(uuid4()), "text": "heard once"}

    with socket.create_connection(("127.0.0.1", hark.port)) as client:
        client.sendall(raw_post(direct, token, body))
        wait_until(Message.objects.filter(client_id=body["client_id"]).exists, "the message is committed")
    retried = post(hark.port, direct, token, body)

    assert (retried.status, retried.json()["seq"]) == (200, 1)
    assert Message.objects.count() == 1


def raw_post(conversation_id: int, token: str, body: dict[str, str]) -> bytes:
    content = json.dumps(body)
    head = (
        f"POST /api/v1/conversations/{conversation_id}/messages HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return (head + content).encode()


def test_what_was_acknowledged_is_there_once_although_web_is_killed_again_and_again(
    hark: Hark, direct: int, alice: User, bob: User
) -> None:
    hark.start("web", HARK_LIMITS="off")
    tokens = [token_create(user=user, name="test")[1] for user in (alice, bob)]
    with ThreadPoolExecutor(max_workers=WRITERS) as pool:
        stop = Stop()
        writers = [pool.submit(write_until, stop, hark.port, direct, tokens[i % 2]) for i in range(WRITERS)]
        with stop:
            for _ in range(KILLS):
                written = Message.objects.count()
                wait_until(partial(more_than, written + 2 * WRITERS), "the writers go on")
                hark.kill("web")
                hark.start("web", HARK_LIMITS="off")
        results = [writer.result() for writer in writers]

    acknowledged = {client_id: seq for seqs, _ in results for client_id, seq in seqs.items()}
    stored = {str(message.client_id): message.seq for message in Message.objects.all()}
    assert acknowledged == stored
    assert sorted(stored.values()) == list(range(1, len(stored) + 1))
    assert sum(failures for _, failures in results) >= KILLS, "no writer has met a killed process"


class Stop:
    """Set at the end of the block, however it ends, so that the writers end too."""

    is_set = False

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None:
        self.is_set = True


def more_than(count: int) -> bool:
    return Message.objects.count() > count


def write_until(stop: Stop, port: int, conversation_id: int, token: str) -> tuple[dict[str, int], int]:
    """Send one message after another. Returns the acknowledged seqs by client_id, and how often none was heard."""
    acknowledged: dict[str, int] = {}
    failures = 0
    while not stop.is_set:
        body = {"client_id": str(uuid4()), "text": f"message {len(acknowledged)}"}
        answer, tries = persist(lambda body=body: post(port, conversation_id, token, body))
        assert answer.status in (200, 201), answer.body
        acknowledged[body["client_id"]] = answer.json()["seq"]
        failures += tries
    return acknowledged, failures


def persist(send: Callable[[], Answer]) -> tuple[Answer, int]:
    """Retry until there is an answer. Returns it, and how many tries had none."""
    deadline, failures = time.monotonic() + PATIENCE, 0
    while True:
        try:
            return send(), failures
        except (OSError, http.client.HTTPException):
            assert time.monotonic() < deadline, "web did not come back"
            failures += 1
            time.sleep(RETRY_AFTER)


def post(port: int, conversation_id: int, token: str, body: dict[str, str]) -> Answer:
    return request(port, "POST", f"/api/v1/conversations/{conversation_id}/messages", token=token, body=body)


def test_a_settlement_that_races_with_a_send_leaves_the_new_message_owed(direct: int, alice: User, bob: User) -> None:
    say(alice, direct)
    reader = Participant.objects.get(conversation=direct, user=bob)
    race_with_a_send(alice, direct, partial(told_up_to, participant_id=reader.id, seq=1))
    reader.refresh_from_db()
    assert reader.waiting_since == Message.objects.get(seq=2).created_at
    told_up_to(participant_id=reader.id, seq=2)
    reader.refresh_from_db()
    assert (reader.waiting_since, reader.unread) == (None, 2)


def test_a_read_that_races_with_a_send_leaves_the_new_message_unread_and_owed(
    direct: int, alice: User, bob: User
) -> None:
    say(alice, direct)
    race_with_a_send(alice, direct, partial(read_advance, user_id=bob.id, conversation_id=direct, seq=1))
    reader = Participant.objects.get(conversation=direct, user=bob)
    assert (reader.read_seq, reader.unread) == (1, 1)
    assert reader.waiting_since is not None
    read_advance(user_id=bob.id, conversation_id=direct, seq=2)
    reader.refresh_from_db()
    assert (reader.read_seq, reader.unread, reader.waiting_since) == (2, 0, None)


def race_with_a_send(sender: User, conversation_id: int, other: Callable[[], Any]) -> None:
    """Send, and let `other` begin when the send has done everything but commit."""
    with ThreadPoolExecutor() as pool:
        with transaction.atomic():
            say(sender, conversation_id)
            waiting = beside(pool, other)
            wait_until(somebody_waits_for_me, "the other waits for the send")
        waiting.result()


def test_a_send_that_races_with_a_read_is_unread_and_owed(direct: int, alice: User, bob: User) -> None:
    say(alice, direct)
    with ThreadPoolExecutor() as pool:
        with transaction.atomic():
            read_advance(user_id=bob.id, conversation_id=direct, seq=1)
            sending = beside(pool, partial(say, alice, direct))
            wait_until(somebody_waits_for_me, "the send waits for the read")
        sending.result()
    reader = Participant.objects.get(conversation=direct, user=bob)
    assert (reader.read_seq, reader.unread) == (1, 1)
    assert reader.waiting_since is not None


def test_a_read_that_races_with_a_join_is_told_to_who_joined(group: int, alice: User, bob: User, dave: User) -> None:
    say(alice, group)
    with ThreadPoolExecutor() as pool:
        with transaction.atomic():
            participant_add(user_id=alice.id, conversation_id=group, new_id=dave.id)
            reading = beside(pool, partial(read_advance, user_id=bob.id, conversation_id=group, seq=1))
            wait_until(somebody_waits_for_me, "the read waits for the join")
            cursor = Feed.objects.get(user=dave).rev
        reading.result()
    told = conversations_changed(user_id=dave.id, after=cursor, limit=1)
    assert [seen.json["id"] for seen in told] == [group]


def test_a_read_that_races_with_leaving_finds_nothing(group: int, alice: User, bob: User) -> None:
    say(alice, group)
    say(alice, group)
    with ThreadPoolExecutor() as pool:
        with transaction.atomic():
            participant_remove(user_id=bob.id, conversation_id=group, gone_id=bob.id)
            reading = beside(pool, partial(read_advance, user_id=bob.id, conversation_id=group, seq=1))
            wait_until(somebody_waits_for_me, "the read waits for the leaving")
        with pytest.raises(NotFound):
            reading.result()
    assert Participant.objects.get(conversation=group, user=bob).unread == 0


def test_a_send_that_is_undone_leaves_nothing(direct: int, alice: User, bob: User) -> None:
    class Undo(Exception):
        """Stands for a process that dies before the commit."""

    with pytest.raises(Undo), transaction.atomic():
        numbers = log.counters_move(direct, new_message=True)
        log.readers_tell(direct, actor_id=alice.id, new_seq=numbers.seq)
        raise Undo
    reader = Participant.objects.get(conversation=direct, user=bob)
    assert (reader.unread, reader.waiting_since) == (0, None)
    assert say(alice, direct) == 1


def say(sender: User, conversation_id: int) -> int:
    message, _ = message_send(sender_id=sender.id, conversation_id=conversation_id, client_id=uuid4(), text="hello")
    return int(message["seq"])
