"""The decision: who is told, of what, or why not? A pure function: no database, no clock, no settings."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.notifications.selectors import MissedMessage
from backend.notifications.verdicts import Verdict


@dataclass(frozen=True)
class Situation:
    """All the decision depends on, as it is at the last moment before a send."""

    now: datetime
    recipient_id: int
    recipient_name: str
    account_active: bool
    in_conversation: bool
    level: str  # all, mentions or none
    muted_until: datetime | None
    read_seq: int
    seen_at: datetime | None  # when they last had the page in front of them, if that is known
    away_after: timedelta
    messages: Sequence[MissedMessage]  # the burst's range, ascending


@dataclass(frozen=True)
class Decision:
    """`told` are the messages to announce, for SEND only; `until` is when to look again, for ACTIVE only."""

    verdict: Verdict
    told: tuple[MissedMessage, ...] = ()
    until: datetime | None = None


def decide(situation: Situation) -> Decision:
    """The first reason not to tell that holds, or SEND with the unread, undeleted messages of others."""
    if not situation.account_active:
        return Decision(Verdict.INACTIVE)
    if not situation.in_conversation:
        return Decision(Verdict.NO_ACCESS)
    unread = _unread(situation)
    if not unread:
        return Decision(Verdict.OWN if _only_own(situation) else Verdict.READ)
    told = _wanted(situation, unread)
    if not told:
        return Decision(Verdict.MUTED)
    away_at = _away_at(situation)
    if away_at > situation.now:
        return Decision(Verdict.ACTIVE, until=away_at)
    return Decision(Verdict.SEND, told=told)


def _unread(situation: Situation) -> tuple[MissedMessage, ...]:
    return tuple(
        message
        for message in situation.messages
        if message.seq > situation.read_seq and message.sender_id != situation.recipient_id and not message.deleted
    )


def _only_own(situation: Situation) -> bool:
    senders = {message.sender_id for message in situation.messages}
    return senders == {situation.recipient_id}


def _wanted(situation: Situation, unread: tuple[MissedMessage, ...]) -> tuple[MissedMessage, ...]:
    muted = situation.muted_until is not None and situation.muted_until > situation.now
    if muted or situation.level == "none":
        return ()
    if situation.level == "mentions":
        return tuple(message for message in unread if mentions(message.text, situation.recipient_name))
    return unread


def mentions(text: str, name: str) -> bool:
    """Whether `@name` stands in the text by itself, in any case and spacing: "@Anna" does not name Ann."""
    words = r"\s+".join(re.escape(word) for word in name.casefold().split())
    return bool(words) and re.search(rf"(?<!\w)@{words}(?!\w)", text.casefold()) is not None


def _away_at(situation: Situation) -> datetime:
    """When the recipient counts as away. Another machine's clock may be ahead: not for long, then."""
    if situation.seen_at is None:
        return situation.now
    return min(situation.seen_at, situation.now) + situation.away_after
