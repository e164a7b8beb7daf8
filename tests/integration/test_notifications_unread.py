"""What somebody has read and marked as unread is announced to nobody; what they have never read still is."""

from typing import Any

import pytest

from backend.accounts.models import User
from backend.chat.models import Message, Participant
from backend.chat.services import read_advance, told_up_to, unread_mark
from backend.notifications.models import Delivery, DeliveryItem
from backend.notifications.selectors.outbox import announced
from backend.notifications.services.bursts import bursts_open
from backend.notifications.verdicts import Channel
from tests.support.mail import Inbox, text_of
from tests.support.owed import say, time_passes, waiting_since
from worker.dispatch import bursts_decide, deliveries_send


@pytest.fixture(autouse=True)
def mail_goes_to_the_inbox(settings: Any, inbox: Inbox) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", inbox.port


def read(user: User, conversation_id: int, seq: int) -> None:
    read_advance(user_id=user.id, conversation_id=conversation_id, seq=seq)


def mark(user: User, conversation_id: int, seq: int) -> None:
    unread_mark(user_id=user.id, conversation_id=conversation_id, seq=seq)


def test_nothing_is_begun_for_what_was_read(alice: User, bob: User, direct: int) -> None:
    read(bob, direct, say(alice, direct))
    mark(bob, direct, 1)
    time_passes(hours=2)
    assert (bursts_open(), bursts_decide(), waiting_since(bob)) == (0, 0, None)


def test_the_next_mail_tells_of_what_is_new_alone(inbox: Inbox, alice: User, bob: User, direct: int) -> None:
    say(alice, direct, "This was read")
    read(bob, direct, say(alice, direct, "and this"))
    mark(bob, direct, 1)
    say(alice, direct, "This is new")
    time_passes(minutes=3)
    bursts_decide()
    deliveries_send(Channel.EMAIL)
    [mail] = inbox.mails
    assert "This is new" in text_of(mail)
    assert "This was read" not in text_of(mail) and "and this" not in text_of(mail)
    assert list(DeliveryItem.objects.values_list("first_seq", "last_seq")) == [(3, 3)]


def test_what_was_read_before_the_send_is_not_sent(inbox: Inbox, alice: User, bob: User, direct: int) -> None:
    seq = say(alice, direct)
    time_passes(minutes=3)
    bursts_decide()
    read(bob, direct, seq)
    mark(bob, direct, seq)
    deliveries_send(Channel.EMAIL)
    assert (inbox.mails, Delivery.objects.get().state) == ([], "cancelled")


def test_what_has_not_been_read_is_still_told(inbox: Inbox, alice: User, bob: User, direct: int) -> None:
    read(bob, direct, say(alice, direct, "This was read"))
    say(alice, direct, "This was not")
    since = waiting_since(bob)
    mark(bob, direct, 1)
    assert waiting_since(bob) == since
    time_passes(minutes=3)
    bursts_decide()
    deliveries_send(Channel.EMAIL)
    [mail] = inbox.mails
    assert "This was not" in text_of(mail) and "This was read" not in text_of(mail)


def test_a_debt_that_is_settled_begins_with_what_was_never_read(alice: User, bob: User, direct: int) -> None:
    participant = Participant.objects.get(user=bob)
    for _ in range(3):
        say(alice, direct)
    read(bob, direct, 3)
    mark(bob, direct, 1)
    told_up_to(participant_id=participant.id, seq=1)  # a burst of long ago
    assert waiting_since(bob) is None
    first = say(alice, direct)
    say(alice, direct)
    told_up_to(participant_id=participant.id, seq=1)
    assert waiting_since(bob) == Message.objects.get(seq=first).created_at


def test_the_ladder_begins_anew_after_what_was_read(alice: User, bob: User, direct: int) -> None:
    seq = say(alice, direct)
    time_passes(minutes=3)
    bursts_decide()
    deliveries_send(Channel.EMAIL)
    participant = Participant.objects.get(user=bob)
    assert announced(participant, Channel.EMAIL).times == 1
    read(bob, direct, seq)
    mark(bob, direct, seq)
    participant.refresh_from_db()
    assert announced(participant, Channel.EMAIL).times == 0
