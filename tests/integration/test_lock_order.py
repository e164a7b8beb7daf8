"""Locks come in one order, and what a lock protects is looked at after it: each test stops somebody half-way."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import transaction

from backend.accounts.contacts import contact_make
from backend.accounts.models import User
from backend.api.errors import InvalidParameter
from backend.chat.blocks import person_block
from backend.chat.membership import conversation_open, participant_add
from backend.chat.models import Message, Participant, Report
from backend.chat.reports import message_report, report_close
from backend.chat.requests import request_decline
from backend.chat.services import message_delete, read_advance, unread_mark
from backend.live.feeds import feeds_bump
from backend.live.models import Feed
from tests.conftest import make_staff
from tests.support.owed import say, time_passes
from tests.support.threads import beside, somebody_waits_for_me
from tests.support.waiting import wait_until
from worker.dispatch import bursts_decide

pytestmark = pytest.mark.django_db(transaction=True)


def with_carol(alice: User, carol: User) -> int:
    return int(conversation_open(user_id=alice.id, kind="group", others=[carol.id], title="")[0]["id"])


def opens_a_group(alice: User, bob: User, carol: User) -> Callable[[], object]:
    return partial(conversation_open, user_id=alice.id, kind="group", others=[bob.id], title="")


def adds_to_a_group(alice: User, bob: User, carol: User) -> Callable[[], object]:
    return partial(participant_add, user_id=alice.id, conversation_id=with_carol(alice, carol), new_id=bob.id)


def takes_up_a_declined_conversation(alice: User, bob: User, carol: User) -> Callable[[], object]:
    User.objects.filter(id=alice.id).update(self_registered=True, findable=True)
    User.objects.filter(id=bob.id).update(findable=True)
    direct = conversation_open(user_id=bob.id, kind="direct", others=[alice.id], title="")[0]["id"]
    Participant.objects.filter(conversation_id=direct, user=alice).update(requested_by=bob)
    request_decline(user_id=alice.id, conversation_id=direct)
    return partial(conversation_open, user_id=alice.id, kind="direct", others=[bob.id], title="")


@pytest.mark.parametrize("reach", [opens_a_group, adds_to_a_group, takes_up_a_declined_conversation])
def test_whoever_is_blocked_meanwhile_reaches_nobody(
    reach: Callable[[User, User, User], Callable[[], object]], alice: User, bob: User, carol: User
) -> None:
    action = reach(alice, bob, carol)
    before = set(Participant.objects.filter(left_at=None).values_list("id", flat=True))
    with ThreadPoolExecutor() as pool:
        with transaction.atomic():
            person_block(user=bob, other_id=alice.id)
            late = beside(pool, action)
            wait_until(somebody_waits_for_me, "the other one waits for the block")
        with pytest.raises(InvalidParameter):
            late.result()
    assert set(Participant.objects.filter(left_at=None).values_list("id", flat=True)) == before


def test_a_block_declines_a_request_that_comes_meanwhile(alice: User, bob: User) -> None:
    User.objects.filter(id=bob.id).update(self_registered=True, findable=True)
    User.objects.filter(id=alice.id).update(findable=True)
    conversation_open(user_id=alice.id, kind="direct", others=[bob.id], title="")
    with ThreadPoolExecutor() as pool:
        with transaction.atomic():
            asked = conversation_open(user_id=bob.id, kind="group", others=[alice.id], title="")[0]["id"]
            block = beside(pool, person_block, user=alice, other_id=bob.id)
            wait_until(somebody_waits_for_me, "the block waits")
        block.result()
    request = Participant.objects.get(conversation_id=asked, user=alice)
    assert request.requested_by_id == bob.id and request.left_at is not None


def test_a_block_and_a_decision_lock_what_one_person_is_owed_in_one_order(alice: User, bob: User, carol: User) -> None:
    first, second = (
        int(conversation_open(user_id=bob.id, kind="group", others=[alice.id], title=title)[0]["id"])
        for title in ("A", "B")
    )
    contact_make(user_id=alice.id, other_id=bob.id)
    say(bob, second)
    time_passes(hours=1)
    say(bob, first)
    time_passes(hours=1)
    rows = Participant.objects.filter(user=alice).select_for_update(no_key=True)
    for action in (bursts_decide, partial(person_block, user=bob, other_id=alice.id)):
        with ThreadPoolExecutor() as pool:
            with transaction.atomic():
                rows.get(conversation_id=first)
                other = beside(pool, action)
                wait_until(somebody_waits_for_me, "the other one waits for the first row")
                nowait = Participant.objects.filter(user=alice).select_for_update(no_key=True, nowait=True)
                assert nowait.get(conversation_id=second)
            other.result()
    assert not Participant.objects.exclude(waiting_since=None).exists()


def test_a_report_locks_all_feeds_at_once(alice: User, bob: User, carol: User, group: int) -> None:
    say(alice, group)
    message_report(reporter_id=bob.id, conversation_id=group, seq=1, reason="spam")
    Participant.objects.filter(conversation_id=group, user=alice).update(left_at="2026-01-01T00:00Z")
    make_staff(carol, superuser=True)
    close = partial(report_close, report=Report.objects.get(), staff=carol, action="both", note="")
    with ThreadPoolExecutor() as pool:
        with transaction.atomic():
            feeds_bump([alice.id])
            closing = beside(pool, close)
            wait_until(somebody_waits_for_me, "the report waits for the sender's feed")
            assert Feed.objects.select_for_update(nowait=True).get(user=bob)
        closing.result()
    assert not User.objects.get(id=alice.id).is_active


@pytest.mark.parametrize("mark", [read_advance, unread_mark])
def test_what_is_sent_and_deleted_while_a_position_is_counted_is_counted_too(
    mark: Callable[..., object], alice: User, bob: User, direct: int
) -> None:
    for _ in range(6):
        say(alice, direct)
    if mark is unread_mark:
        read_advance(user_id=bob.id, conversation_id=direct, seq=5)
    delete = partial(message_delete, editor_id=alice.id, conversation_id=direct)
    with ThreadPoolExecutor() as pool:
        with transaction.atomic():
            delete(seq=1)
            marking = beside(pool, mark, user_id=bob.id, conversation_id=direct, seq=3)
            wait_until(somebody_waits_for_me, "the position waits for the conversation")
            delete(seq=4)
            for _ in range(3):
                gone = say(alice, direct)
            delete(seq=gone)
            say(bob, direct)
        marking.result()
    row = Participant.objects.get(conversation_id=direct, user=bob)
    others = Message.objects.filter(conversation_id=direct, deleted_at=None, sender=alice)
    assert row.unread == others.filter(seq__gt=row.read_seq).count() == (4 if mark is read_advance else 5)
