"""Reads: what became of one's newest message for each of the others, in as many statements for two as for twenty."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q
from django.db.models.functions import Greatest
from django.utils import timezone

from backend.accounts.contacts import hidden_from
from backend.chat.models import Message, Participant
from backend.chat.selectors import RECEIPTS_MAX, access_participant, read_receipts_travel
from backend.live.presence import presence_looking
from backend.notifications.ladder import delay_of, first_look
from backend.notifications.mentions import mentions
from backend.notifications.models import (
    Burst,
    Delivery,
    DeliveryItem,
    LogEntry,
    NotificationSettings,
    PushSubscription,
    Suppression,
)
from backend.notifications.reach import Debt, Moment, Reach, Standing, State, reach_of
from backend.notifications.selectors.outbox import TOLD, Announced
from backend.notifications.selectors.preferences import signed_in
from backend.notifications.verdicts import HOLDS, Channel

UNKNOWN = Reach(State.NOT_TOLD)  # of those who have not accepted, and of those whom a block keeps apart
LOOK_BACK = 10_000  # messages; of one's own newest before that, nobody asks what became of it


def reach_json(*, user_id: int, conversation_id: int) -> list[dict[str, Any]]:
    """[{"user","state","channel","at"}] about the user's newest message there, in the order in which people joined.

    Empty if there is none, and in conversations where read positions do not travel. Raises NotFound.
    """
    last_seq = access_participant(user_id=user_id, conversation_id=conversation_id).conversation.last_seq
    people = _people(conversation_id)
    message = _newest_of(user_id, conversation_id, last_seq)
    if message is None or not read_receipts_travel(len(people)):
        return []
    others = [person for person in people if person.user_id != user_id]
    hidden = hidden_from(user_id) | {person.user_id for person in others if person.requested_by is not None}
    seen = [person for person in others if person.user_id not in hidden]
    outlook = _outlook(message, [person.user_id for person in seen if person.known < message.seq])
    now = timezone.now()
    reaches = {person.user_id: reach_of(_standing(person, message, outlook, now), now) for person in seen}
    found = [(person.user_id, reaches.get(person.user_id, UNKNOWN)) for person in others]
    return [{"user": id_, "state": reach.state, "channel": reach.channel, "at": reach.at} for id_, reach in found]


@dataclass(frozen=True)
class Person:
    """A participant, with what decides whether and by which channels they can be told."""

    user_id: int
    requested_by: int | None  # pending, or declined, which looks the same
    user__name: str
    user__is_active: bool
    level: str
    muted_until: datetime | None
    known: int  # Participant.known_seq
    read_at: datetime | None
    waiting_since: datetime | None
    has_device: bool
    is_suppressed: bool


def _people(conversation_id: int) -> list[Person]:
    """Those whom C names; of a conversation in which nothing of this may be told, one more than in the largest."""
    named = Q(left_at=None) | Q(requested_by__isnull=False)
    rows = Participant.objects.filter(named, conversation_id=conversation_id).annotate(
        known=Greatest("read_seq", "seen_seq"),
        has_device=Exists(PushSubscription.objects.filter(signed_in(), user_id=OuterRef("user_id"))),
        is_suppressed=Exists(Suppression.objects.filter(email=OuterRef("user__email"))),
    )
    names = list(Person.__dataclass_fields__)
    return [Person(**row) for row in rows.order_by("id").values(*names)[: RECEIPTS_MAX + 1]]


def _newest_of(user_id: int, conversation_id: int, last_seq: int) -> Message | None:
    own = Message.objects.filter(conversation_id=conversation_id, sender_id=user_id, deleted_at=None)
    return own.filter(seq__gt=last_seq - LOOK_BACK).order_by("-seq").first()


@dataclass(frozen=True)
class Outlook:
    """What is known of those who have not read the message, by user id."""

    looking: set[int]
    chosen: dict[int, NotificationSettings]
    sent: dict[int, list[Moment]]  # that tell of the message
    due: dict[int, list[Moment]]
    announced: dict[int, dict[Channel, Announced]]
    look_at: dict[int, datetime]  # when an open burst is decided
    held_until: dict[int, dict[Channel, datetime]]


def _outlook(message: Message, user_ids: Collection[int]) -> Outlook:
    """Nothing is asked about nobody."""
    if not user_ids:
        return Outlook(set(), {}, {}, {}, {}, {}, {})
    conversation_id = message.conversation_id
    owed = Burst.objects.filter(conversation_id=conversation_id, recipient_id__in=user_ids, state=Burst.State.OPEN)
    bursts = list(owed)
    return Outlook(
        looking=presence_looking(user_ids, str(conversation_id)),
        chosen=NotificationSettings.objects.in_bulk(user_ids),
        sent=_moments(message, user_ids, Delivery.State.SENT, "delivery__finished_at"),
        due=_moments(message, user_ids, Delivery.State.DUE, "delivery__due_at"),
        announced=_announced(conversation_id, user_ids),
        look_at={burst.recipient_id: burst.due_at for burst in bursts},
        held_until=_held_until([burst.id for burst in bursts]),
    )


def _moments(message: Message, user_ids: Collection[int], state: str, when: str) -> dict[int, list[Moment]]:
    """Of the deliveries in this state that tell of the message: their channel, and this time of theirs."""
    items = DeliveryItem.objects.filter(
        burst__conversation_id=message.conversation_id,
        burst__recipient_id__in=user_ids,
        burst__last_seq__gte=message.seq,  # which an index knows, so that what is long over costs nothing
        first_seq__lte=message.seq,
        last_seq__gte=message.seq,
        delivery__state=state,
    )
    found: dict[int, list[Moment]] = defaultdict(list)
    for user_id, channel, at in items.values_list("burst__recipient_id", "delivery__channel", when):
        found[user_id].append(Moment(Channel(channel), at))
    return found


def _announced(conversation_id: int, user_ids: Collection[int]) -> dict[int, dict[Channel, Announced]]:
    """As `outbox.announced`, for all of them at once."""
    participant = "burst__conversation__participants"
    known_seq = Greatest(F(f"{participant}__read_seq"), F(f"{participant}__seen_seq"))
    items = DeliveryItem.objects.filter(
        burst__conversation_id=conversation_id,
        burst__recipient_id__in=user_ids,
        burst__conversation__participants__user_id=F("burst__recipient_id"),
        burst__last_seq__gt=known_seq,
        last_seq__gt=known_seq,
        delivery__state__in=TOLD,
    ).values("burst__recipient_id", "delivery__channel")
    told = items.annotate(seq=Max("last_seq"), at=Max("delivery__created_at"), times=Count("first_seq", distinct=True))
    found: dict[int, dict[Channel, Announced]] = defaultdict(dict)
    for row in told:
        told_of = Announced(row["seq"], row["at"], row["times"])
        found[row["burst__recipient_id"]][Channel(row["delivery__channel"])] = told_of
    return found


def _held_until(burst_ids: Collection[int]) -> dict[int, dict[Channel, datetime]]:
    """What the newest decision about a channel is known to wait for."""
    entries = LogEntry.objects.filter(burst_id__in=burst_ids, delivery=None).order_by("recipient_id", "channel", "-id")
    found: dict[int, dict[Channel, datetime]] = defaultdict(dict)
    for entry in entries.distinct("recipient_id", "channel"):
        if entry.verdict in HOLDS and entry.until is not None:
            found[entry.recipient_id][Channel(entry.channel)] = entry.until
    return found


def _standing(person: Person, message: Message, outlook: Outlook, now: datetime) -> Standing:
    return Standing(
        seq=message.seq,
        sent_at=message.created_at,
        read_seq=person.known,
        read_at=person.read_at,
        is_looking=person.user_id in outlook.looking,
        told=outlook.sent.get(person.user_id, ()),
        due=outlook.due.get(person.user_id, ()),
        debt=_debt(person, message, outlook, now),
    )


def _debt(person: Person, message: Message, outlook: Outlook, now: datetime) -> Debt | None:
    look_at = outlook.look_at.get(person.user_id)
    if person.waiting_since is None and look_at is None:
        return None
    since = person.waiting_since or message.created_at
    return Debt(
        since=since,
        look_at=look_at or since + first_look(),
        delays=_delays(person, message, outlook, now),
        announced=outlook.announced.get(person.user_id, {}),
        held_until=outlook.held_until.get(person.user_id, {}),
    )


def _delays(person: Person, message: Message, outlook: Outlook, now: datetime) -> dict[Channel, timedelta]:
    """Of the channels that would tell them of the message, if nothing changes."""
    if not person.user__is_active or not _wants(person, message, now):
        return {}
    chosen = outlook.chosen.get(person.user_id) or NotificationSettings(user_id=person.user_id)
    by_push = chosen.push and person.has_device
    by_email = chosen.email and not person.is_suppressed
    ways = [channel for channel, is_open in ((Channel.PUSH, by_push), (Channel.EMAIL, by_email)) if is_open]
    return {channel: delay_of(chosen, channel, pushed_before=by_push) for channel in ways}


def _wants(person: Person, message: Message, now: datetime) -> bool:
    if person.level == Participant.Level.NONE or (person.muted_until is not None and person.muted_until > now):
        return False
    return person.level == Participant.Level.ALL or mentions(message.text, person.user__name)
