"""The log in plain words: one sentence for each entry, in its reader's language and time zone."""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from enum import Enum, auto

from django.utils import timezone, translation
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext, ngettext

from backend.accounts.models import User
from backend.notifications.models import LogEntry
from backend.notifications.verdicts import HOLDS, Channel, Verdict


class Kind(Enum):
    """What sort of sentence it is. The words of the verdict say why."""

    SENT = auto()
    TEST = auto()
    GIVEN_UP = auto()
    QUIET = auto()
    HELD_UNTIL = auto()
    HELD = auto()
    NOT = auto()


def log_sentences(entries: Iterable[LogEntry], reader: User) -> list[str]:
    """In the order of the entries: "Email held: quiet hours until 08:00"."""
    now = timezone.now()
    with translation.override(reader.language):
        return [_sentence(entry, reader.zone, now) for entry in entries]


def _sentence(entry: LogEntry, zone: tzinfo, now: datetime) -> str:
    kind = _kind(entry)
    # The mail address or the name of the browser; of what was given up, followed by what the other side said.
    to, _, error = entry.detail.partition(": ") if kind is Kind.GIVEN_UP else (entry.detail, "", "")
    words = _push(kind, to) if entry.channel == Channel.PUSH else _email(kind, entry.count)
    until = "" if entry.until is None else _time(entry.until, zone, now)
    why = Verdict(entry.verdict).label
    return words % {"to": to, "count": entry.count, "why": why, "until": until, "error": error or why}


def _kind(entry: LogEntry) -> Kind:
    if entry.verdict == Verdict.SEND:
        return Kind.TEST if entry.burst_id is None else Kind.SENT
    if entry.verdict == Verdict.FAILED:
        return Kind.GIVEN_UP
    if entry.verdict not in HOLDS:
        return Kind.NOT
    if entry.until is None or entry.verdict == Verdict.ACTIVE:  # who keeps looking is not told at any time
        return Kind.HELD
    return Kind.QUIET if entry.verdict == Verdict.QUIET else Kind.HELD_UNTIL


def _email(kind: Kind, count: int) -> str:
    match kind:
        case Kind.SENT:
            return ngettext(
                "Email sent to %(to)s: %(count)d message", "Email sent to %(to)s: %(count)d messages", count
            )
        case Kind.TEST:
            return gettext("Test email sent to %(to)s")
        case Kind.GIVEN_UP:
            return gettext("Email given up: %(error)s")
        case Kind.QUIET:
            return gettext("Email held: quiet hours until %(until)s")
        case Kind.HELD_UNTIL:
            return gettext("Email held until %(until)s: %(why)s")
        case Kind.HELD:
            return gettext("Email held: %(why)s")
        case Kind.NOT:
            return gettext("Not emailed: %(why)s")


def _push(kind: Kind, to: str) -> str:
    match kind:
        case Kind.SENT:
            return gettext("Push to %(to)s sent")
        case Kind.TEST:
            return gettext("Test push to %(to)s sent")
        case Kind.GIVEN_UP:
            return gettext("Push to %(to)s given up: %(error)s")
        case Kind.QUIET:
            return gettext("Push held: quiet hours until %(until)s")
        case Kind.HELD_UNTIL:
            return gettext("Push held until %(until)s: %(why)s")
        case Kind.HELD:
            return gettext("Push held: %(why)s")
        case Kind.NOT:
            return gettext("No push to %(to)s: %(why)s") if to else gettext("No push: %(why)s")


def _time(moment: datetime, zone: tzinfo, now: datetime) -> str:
    """`08:00`, with its day unless that is today."""
    local = moment.astimezone(zone)
    return date_format(local, "H:i" if local.date() == now.astimezone(zone).date() else "D j M, H:i")
