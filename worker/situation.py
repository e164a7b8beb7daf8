"""What the policy looks at, read from the database and from presence as it is now."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from django.conf import settings
from django.utils import timezone

from backend.accounts.contacts import blocked_by
from backend.accounts.models import User
from backend.chat.models import Participant
from backend.live.presence import presence_seen_at
from backend.notifications.ladder import delay_of
from backend.notifications.models import DeliveryItem, NotificationSettings, PushSubscription
from backend.notifications.selectors.outbox import announced, cap_free_at, messages_between, participant_of
from backend.notifications.selectors.preferences import is_suppressed, subscriptions_of
from backend.notifications.verdicts import Channel, Verdict
from worker.policy import Missed, QuietHours, Recipient, Situation, Told, Way

CAPS = {  # announcements to one person
    Channel.PUSH: (6, timedelta(minutes=1)),
    Channel.EMAIL: (20, timedelta(hours=24)),
}


@dataclass(frozen=True)
class Reader:
    """Somebody who may be told, with the ways to tell them."""

    user: User
    settings: NotificationSettings
    seen_at: datetime | None
    subscriptions: list[PushSubscription]

    @property
    def recipient(self) -> Recipient:
        return Recipient(
            id=self.user.id,
            name=self.user.name,
            active=self.user.is_active,
            seen_at=self.seen_at,
            away_after=timedelta(seconds=settings.HARK_AWAY_AFTER),
            quiet=_quiet(self.settings, self.user),
        )

    @property
    def ways(self) -> list[Way]:
        """As they are for something new. Whoever has no browser for pushes wants to read nothing of pushes."""
        return [self._way(channel) for channel in Channel if self.obstacle(channel) != Verdict.NO_DEVICE]

    def _way(self, channel: Channel) -> Way:
        most, window = CAPS[channel]
        return Way(
            channel=channel,
            delay=delay_of(self.settings, channel, pushed_before=self.obstacle(Channel.PUSH) is None),
            obstacle=self.obstacle(channel),
            free_at=cap_free_at(self.user.id, channel, most=most, window=window),
        )

    def obstacle(self, channel: Channel) -> Verdict | None:
        """Why nothing can go this way; None if it is open."""
        if channel == Channel.PUSH:
            if not self.settings.push:
                return Verdict.OFF
            return None if self.subscriptions else Verdict.NO_DEVICE
        if not self.settings.email:
            return Verdict.OFF
        return Verdict.SUPPRESSED if is_suppressed(self.user.email) else None


def reader_load(user: User, chosen: NotificationSettings, seen_at: datetime | None) -> Reader:
    """The reader as they are now; `seen_at` is asked for before, because it stands elsewhere (`seen_at_of`)."""
    return Reader(user=user, settings=chosen, seen_at=seen_at, subscriptions=subscriptions_of(user.id))


def seen_at_of(user_id: int) -> datetime | None:
    """When they last had the page in front of them, if that is known. Asks Redis."""
    seen_at = presence_seen_at(user_id)
    return None if seen_at is None else datetime.fromtimestamp(seen_at, UTC)


def missed_of(participant: Participant, first_seq: int, last_seq: int) -> Missed:
    """The conversation with these messages."""
    return Missed(
        in_conversation=participant.is_member,
        level=participant.level,
        muted_until=participant.muted_until,
        read_seq=participant.known_seq,
        messages=messages_between(participant.conversation_id, first_seq, last_seq),
        blocked=frozenset(blocked_by(participant.user_id)),
    )


def situation_to_decide(reader: Reader, participant: Participant, missed: Missed, way: Way) -> Situation:
    """Whether to tell at all."""
    told = announced(participant, way.channel)
    return Situation(timezone.now(), reader.recipient, missed, way, Told(told.seq, told.at, told.times))


def situation_to_send(reader: Reader, item: DeliveryItem, channel: Channel) -> Situation:
    """Whether what was decided is still wanted: the delay, the pause and the cap are behind it."""
    participant = participant_of(item.burst)
    way = Way(channel, delay=timedelta(0), obstacle=reader.obstacle(channel))
    missed = missed_of(participant, item.first_seq, item.last_seq)
    return Situation(timezone.now(), reader.recipient, missed, way)


def zone_of(user: User) -> tzinfo:
    """Their time zone; UTC for one that this machine has not heard of."""
    return user.zone


def _quiet(chosen: NotificationSettings, user: User) -> QuietHours | None:
    if chosen.quiet_start is None or chosen.quiet_end is None:
        return None
    return QuietHours(chosen.quiet_start, chosen.quiet_end, zone_of(user))
