"""Reads: what somebody was told, or was not, and why."""

from collections.abc import Iterable
from typing import Any

from backend.accounts.models import User
from backend.chat.models import Participant
from backend.notifications.models import LogEntry
from backend.notifications.wording import log_sentences


def log_page(*, reader: User, limit: int, before: int | None) -> dict[str, Any]:
    """{"entries","next"} of the reader's own log, newest first; `next` is the `before` of the next page, or null."""
    rows = LogEntry.objects.filter(recipient=reader, **({} if before is None else {"id__lt": before}))
    found = list(rows.select_related("burst__conversation").order_by("-id")[: limit + 1])
    page = found[:limit]
    left = _titles_when_left(reader, page)
    texts = log_sentences(page, reader)
    return {
        "entries": [_entry_json(entry, text, left) for entry, text in zip(page, texts, strict=True)],
        "next": page[-1].id if len(found) > limit else None,
    }


def _titles_when_left(reader: User, entries: Iterable[LogEntry]) -> dict[int, str]:
    """Of the conversations that the reader has left, by id: what has become of them since is none of theirs."""
    ids = {entry.burst.conversation_id for entry in entries if entry.burst is not None}
    rows = Participant.objects.filter(user=reader, conversation_id__in=ids).exclude(left_at=None)
    return dict(rows.values_list("conversation_id", "left_title"))


def _entry_json(entry: LogEntry, text: str, left: dict[int, str]) -> dict[str, Any]:
    conversation = None
    if entry.burst is not None:  # else it was a test
        about = entry.burst.conversation
        conversation = {"id": about.id, "title": left.get(about.id, about.title)}
    return {
        "id": entry.id,
        "at": entry.created_at,
        "channel": entry.channel,
        "verdict": entry.verdict,
        "conversation": conversation,
        "count": entry.count,
        "until": entry.until,
        "detail": entry.detail,
        "text": text,
    }
