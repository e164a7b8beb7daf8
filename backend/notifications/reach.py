"""What a sender may know of a message and one person it was sent to: read, told, or what comes next. Pure functions.

Never why: quiet hours, a muted conversation or a mailbox that does not exist are theirs alone. What is expected is an
estimate; each thing that happens replaces it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import TextChoices

from backend.notifications.ladder import pause_of
from backend.notifications.selectors.outbox import Announced
from backend.notifications.verdicts import Channel

NOTHING = Announced(0, None, 0)


class State(TextChoices):
    """The first of these that holds."""

    READ = "read"
    LOOKING = "looking"
    TOLD = "told"
    WAITING = "waiting"
    NOT_TOLD = "not_told"


@dataclass(frozen=True)
class Moment:
    """A channel told then, or is expected to."""

    channel: Channel
    at: datetime


@dataclass(frozen=True)
class Debt:
    """Somebody is owed a notification about the message.

    `delays` are those of the channels that are open to them, `announced` what each has told of the conversation since
    they read there, `held_until` what is known to hold one. Before `look_at` nothing is decided.
    """

    since: datetime
    look_at: datetime
    delays: Mapping[Channel, timedelta]
    announced: Mapping[Channel, Announced] = field(default_factory=dict)
    held_until: Mapping[Channel, datetime] = field(default_factory=dict)


@dataclass(frozen=True)
class Standing:
    """How it stands between a message and one person."""

    seq: int
    sent_at: datetime
    read_seq: int
    read_at: datetime | None = None
    is_looking: bool = False
    told: Sequence[Moment] = ()
    due: Sequence[Moment] = ()  # deliveries that are to be sent, or sent again
    debt: Debt | None = None


@dataclass(frozen=True)
class Reach:
    """`channel` and `at` say what was told last, what comes next, or when it was read."""

    state: State
    channel: Channel | None = None
    at: datetime | None = None


def reach_of(standing: Standing, now: datetime) -> Reach:
    """The first state that holds. What is expected is never in the past."""
    if standing.read_seq >= standing.seq:
        return Reach(State.READ, at=_read_at(standing))
    if standing.is_looking:
        return Reach(State.LOOKING)
    if standing.told:
        last = max(standing.told, key=lambda moment: moment.at)
        return Reach(State.TOLD, last.channel, last.at)
    expected = [*standing.due, *_expected(standing)]
    if expected:
        first = min(expected, key=lambda moment: moment.at)
        return Reach(State.WAITING, first.channel, max(first.at, now))
    return Reach(State.NOT_TOLD)


def _read_at(standing: Standing) -> datetime | None:
    """Not known of one who joined later, and so has never read it here."""
    return standing.read_at if standing.read_at is not None and standing.read_at >= standing.sent_at else None


def _expected(standing: Standing) -> list[Moment]:
    """When each open channel would tell of it, as far as that is known. One that has had its say tells no more."""
    debt = standing.debt
    if debt is None:
        return []
    silent = [channel for channel in debt.delays if debt.announced.get(channel, NOTHING).seq < standing.seq]
    return [Moment(channel, _when(standing, debt, channel)) for channel in silent]


def _when(standing: Standing, debt: Debt, channel: Channel) -> datetime:
    """When its delay, its pause and what else is known to hold it are over."""
    told = debt.announced.get(channel, NOTHING)
    since = debt.since if told.at is None else standing.sent_at  # a later message has a delay of its own
    moments = [since + debt.delays[channel], debt.look_at]
    if told.at is not None:
        moments.append(told.at + pause_of(channel, told.times))
    if channel in debt.held_until:
        moments.append(debt.held_until[channel])
    return max(moments)
