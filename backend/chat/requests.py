"""Writes: requests, the answer of somebody who was asked to join a conversation.

A pending participant may read and nothing else: they are owed no notification, and the others learn nothing of them. An
accepted request makes the two contacts. A declined one is hidden from its participant and looks pending to the others.
"""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest, Now

from backend.accounts.contacts import contact_make
from backend.chat import log
from backend.chat.errors import NoRequest
from backend.chat.models import Participant
from backend.chat.selectors import access_participant, conversation_json
from backend.live.feeds import feeds_bump


@transaction.atomic
def request_accept(*, user_id: int, conversation_id: int) -> dict[str, Any]:
    """Join, and become a contact of the person who asked. Returns C; once more changes nothing. Raises NotFound.

    Accepting counts as having seen what is there: it stays unread, and no notification announces it (`seen_seq`).
    """
    log.conversation_lock(conversation_id)
    participant = access_participant(user_id=user_id, conversation_id=conversation_id)
    if participant.is_pending:
        _accept(participant)
    return conversation_json(user_id=user_id, conversation_id=conversation_id)


@transaction.atomic
def request_decline(*, user_id: int, conversation_id: int) -> None:
    """Hide the conversation. The others see no difference. Raises NotFound, NoRequest (it was accepted)."""
    log.conversation_lock(conversation_id)
    participant = access_participant(user_id=user_id, conversation_id=conversation_id)
    if not participant.is_pending:
        raise NoRequest
    requests_hide(user_id=user_id, participants=[participant])


@transaction.atomic
def request_reopen(*, user_id: int, conversation_id: int) -> None:
    """Somebody writes to the person of a direct conversation whose request they once declined: now they accept it."""
    log.conversation_lock(conversation_id)
    participant = Participant.objects.select_related("conversation").get(
        conversation_id=conversation_id, user_id=user_id
    )
    if participant.left_at is not None:
        _accept(participant)


def requests_hide(*, user_id: int, participants: list[Participant]) -> None:
    """Decline these pending requests of the user. Their conversations are locked and loaded."""
    last_rev = feeds_bump([user_id], by=max(1, len(participants)))[user_id]
    for before_last, participant in enumerate(reversed(participants)):
        Participant.objects.filter(id=participant.id).update(
            left_at=Now(),
            left_title=participant.conversation.title,
            left_titled_by=participant.conversation.titled_by,
            consent_needed=True,
            unread=0,
            waiting_since=None,
            feed_rev=last_rev - before_last,
        )


def _accept(participant: Participant) -> None:
    """What came while it was declined was never unread: it is taken as read."""
    conversation = participant.conversation
    asked_by_id, was_hidden = participant.requested_by_id, participant.left_at is not None
    feeds_bump([*log.participant_ids(conversation.id), participant.user_id])  # the locks come before the rows
    Participant.objects.filter(id=participant.id).update(
        left_at=None,
        requested_by=None,
        consent_needed=False,
        read_seq=conversation.last_seq if was_hidden else F("read_seq"),
        seen_seq=Greatest("seen_seq", conversation.last_seq),
        waiting_since=None,
    )
    if asked_by_id is not None:
        contact_make(user_id=participant.user_id, other_id=asked_by_id)
    log.readers_tell(conversation.id, actor_id=participant.user_id, to_the_top=frozenset({participant.user_id}))
