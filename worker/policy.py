"""The decision: who is told, of what, by which channel, or why not? Pure functions: no database, no clock, no settings.

The ladder is not a state but follows from what each channel has told so far. A channel tells of a conversation when
all of these are over: its delay since the first message it has not told, the recipient's presence, its pause since it
last told (longer each time, until they read), their quiet hours, and its cap. While one of them lasts, it holds.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from backend.notifications.ladder import PAUSES
from backend.notifications.mentions import mentions
from backend.notifications.selectors.outbox import MissedMessage
from backend.notifications.verdicts import HOLDS, Channel, Verdict


@dataclass(frozen=True)
class QuietHours:
    """From `start` to `end`, minutes after midnight in the recipient's time zone; over midnight if end < start."""

    start: int
    end: int
    zone: tzinfo

    def end_after(self, now: datetime) -> datetime | None:
        """When the quiet hours that last now end; None outside of them. On the days when clocks change too."""
        local = now.astimezone(self.zone)
        minute, day = local.hour * 60 + local.minute, local.date()
        if self.start < self.end:
            quiet = self.start <= minute < self.end
        else:
            quiet = minute >= self.start or minute < self.end
            day += timedelta(days=minute >= self.start)
        end = datetime.combine(day, time(*divmod(self.end, 60)), self.zone)
        # Where clocks go back an hour comes twice, and quiet ends with the first.
        return end.astimezone(now.tzinfo) if quiet and end.timestamp() > now.timestamp() else None


@dataclass(frozen=True)
class Recipient:
    """Who would be told, as they are now."""

    id: int
    name: str
    active: bool
    seen_at: datetime | None  # when they last had the page in front of them, if that is known
    away_after: timedelta
    quiet: QuietHours | None


@dataclass(frozen=True)
class Way:
    """A channel, as it is open to the recipient now."""

    channel: Channel
    delay: timedelta  # from the first message
    obstacle: Verdict | None = None  # OFF, NO_DEVICE or SUPPRESSED
    free_at: datetime | None = None  # when its cap allows one more


@dataclass(frozen=True)
class Missed:
    """A conversation with what may be untold of it. Messages of `blocked`, user ids, are announced to nobody."""

    in_conversation: bool  # as a member: a pending participant is told nothing
    level: str  # all, mentions or none
    muted_until: datetime | None
    read_seq: int
    messages: Sequence[MissedMessage]  # ascending
    blocked: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Told:
    """What a channel has told of a conversation: up to `seq`, at last `at`, and how often since the recipient read."""

    seq: int = 0
    at: datetime | None = None
    times: int = 0


@dataclass(frozen=True)
class Situation:
    """All a decision depends on."""

    now: datetime
    recipient: Recipient
    missed: Missed
    way: Way
    told: Told = Told()


@dataclass(frozen=True)
class Decision:
    """`messages` are those to announce, with SEND, or that are held; `until` is when to look again, with a hold."""

    verdict: Verdict
    messages: tuple[MissedMessage, ...] = ()
    until: datetime | None = None

    @property
    def holds(self) -> bool:
        return self.verdict in HOLDS


def decide(situation: Situation) -> Decision:
    """The first reason to tell nothing, else the hold that lasts longest, else SEND with what is untold."""
    missed, way = situation.missed, situation.way
    unread = _unread(situation)
    heard = tuple(message for message in unread if message.sender_id not in missed.blocked)
    wanted = _wanted(situation, heard)
    untold = tuple(message for message in wanted if message.seq > situation.told.seq)
    ends = (
        (not situation.recipient.active, Verdict.INACTIVE),
        (not missed.in_conversation, Verdict.NO_ACCESS),
        (not unread, Verdict.OWN if _only_own(situation) else Verdict.READ),
        (not heard, Verdict.BLOCKED),
        (not wanted, Verdict.MUTED),
        (way.obstacle is not None, way.obstacle),
        (not untold, Verdict.TOLD),
    )
    for holds, verdict in ends:
        if holds and verdict is not None:
            return Decision(verdict)
    until, verdict = max(_holds(situation, untold), default=(situation.now, Verdict.SEND), key=lambda hold: hold[0])
    if until > situation.now:
        return Decision(verdict, untold, until)
    return Decision(Verdict.SEND, untold)


def look_again(decisions: Iterable[Decision], *, now: datetime) -> datetime | None:
    """When to decide again about a conversation, given what its channels do; None if none of them holds.

    While one holds, the others may get something new to tell: they are asked after the shortest pause at the latest.
    """
    decisions = list(decisions)
    holds = [decision.until for decision in decisions if decision.until is not None]
    if not holds:
        return None
    done = any(decision.verdict in {Verdict.SEND, Verdict.TOLD} for decision in decisions)
    return min([*holds, now + PAUSES[Channel.PUSH][0]] if done else holds)


def _unread(situation: Situation) -> tuple[MissedMessage, ...]:
    return tuple(
        message
        for message in situation.missed.messages
        if message.seq > situation.missed.read_seq
        and message.sender_id != situation.recipient.id
        and not message.deleted
    )


def _only_own(situation: Situation) -> bool:
    senders = {message.sender_id for message in situation.missed.messages}
    return senders == {situation.recipient.id}


def _wanted(situation: Situation, unread: tuple[MissedMessage, ...]) -> tuple[MissedMessage, ...]:
    missed = situation.missed
    if missed.level == "none" or (missed.muted_until is not None and missed.muted_until > situation.now):
        return ()
    if missed.level == "mentions":
        return tuple(message for message in unread if mentions(message.text, situation.recipient.name))
    return unread


def _holds(situation: Situation, untold: Sequence[MissedMessage]) -> list[tuple[datetime, Verdict]]:
    """Until when what holds the channel back. Of two that end together, the first is named."""
    now, recipient, way = situation.now, situation.recipient, situation.way
    holds = [(min(untold[0].created_at, now) + way.delay, Verdict.DELAY)]
    if recipient.seen_at is not None:  # another machine's clock may be ahead: not for long, then
        holds.append((min(recipient.seen_at, now) + recipient.away_after, Verdict.ACTIVE))
    if situation.told.at is not None and situation.told.times > 0:
        pauses = PAUSES[way.channel]
        holds.append((situation.told.at + pauses[min(situation.told.times, len(pauses)) - 1], Verdict.PAUSE))
    if recipient.quiet is not None and (end := recipient.quiet.end_after(now)) is not None:
        holds.append((end, Verdict.QUIET))
    if way.free_at is not None:
        holds.append((way.free_at, Verdict.CAPPED))
    return holds
