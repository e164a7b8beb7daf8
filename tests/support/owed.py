"""Debts and what becomes of them: for tests that decide and send themselves, instead of a worker."""

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta

from django.db import connection
from django.db.models import F
from django.utils import timezone

from backend.accounts.models import User
from backend.chat.models import Message, Participant
from backend.chat.services import message_send
from backend.notifications.models import Burst, Delivery, PushSubscription

KEY = "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM"  # of RFC 8291, 5


def say(sender: User, conversation_id: int, text: str = "Hello") -> int:
    """Send a message; its seq."""
    message, _ = message_send(sender_id=sender.id, conversation_id=conversation_id, client_id=uuid.uuid4(), text=text)
    return int(message["seq"])


def time_passes(**by: float) -> None:
    """Move all that is noted into the past, as if so much time had gone by; but for leases, which workers hold."""
    by_ = timedelta(**by)
    Message.objects.update(created_at=F("created_at") - by_)
    Participant.objects.exclude(waiting_since=None).update(waiting_since=F("waiting_since") - by_)
    Burst.objects.update(due_at=F("due_at") - by_)
    Delivery.objects.update(due_at=F("due_at") - by_, created_at=F("created_at") - by_)


def leases_end() -> None:
    """As if a minute had passed for whoever leased something."""
    Delivery.objects.exclude(lease_until=None).update(lease_until=timezone.now() - timedelta(seconds=1))


def device_of(user: User, endpoint: str = "https://push.example/1") -> PushSubscription:
    """A browser of theirs that takes pushes."""
    return PushSubscription.objects.create(
        user=user, endpoint=endpoint, p256dh=KEY, auth="BTBZMqHH6r4Tts7J_aSIgg", name="Firefox on Linux"
    )


def waiting_since(user: User) -> object:
    """Since when they are owed, in their only conversation."""
    return Participant.objects.get(user=user).waiting_since


def in_thread(action: Callable[[], object]) -> threading.Thread:
    """The action, begun in a thread with a connection of its own."""

    def run() -> None:
        try:
            action()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread
