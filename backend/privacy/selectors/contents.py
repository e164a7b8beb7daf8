"""Reads: what an export holds. Everything is read in pages, so the memory does not grow with the history.

A page is a transaction of its own: one that lasts as long as an export would keep PostgreSQL from cleaning up.
"""

from collections.abc import Iterator
from typing import Any

from backend.accounts.audit import audit_entries
from backend.accounts.contacts import blocks_of
from backend.accounts.models import Contact, User
from backend.accounts.selectors import me_json, tokens_of
from backend.api.errors import NotFound
from backend.chat.history import conversations_of, messages_own, messages_seen
from backend.chat.models import Report
from backend.notifications.models import PushSubscription
from backend.notifications.selectors.log import log_page
from backend.notifications.selectors.preferences import settings_json

CONTACT = ("other_id", "other__name", "created_at")
PAGE = 200  # entries of the notifications' log in one statement
Document = dict[str, Any] | list[Any]
Entry = tuple[str, Document | Iterator[Any]]


def contents(user: User) -> Iterator[Entry]:
    """(name, a JSON document, or JSON values one a line) of each file but README.txt."""
    yield "profile.json", _profile(user)
    yield "settings.json", settings_json(user)
    yield "sessions.json", _sessions(user)
    yield "tokens.json", tokens_of(user)
    yield "devices.json", _devices(user)
    yield "contacts.json", _contacts(user)
    yield "blocks.json", blocks_of(user.id)
    yield "reports.json", _reports(user)
    yield "notifications.jsonl", _notifications(user)
    yield "audit.jsonl", audit_entries(user.id)
    yield "conversations.jsonl", conversations_of(user.id)
    yield from _messages(user)


def _profile(user: User) -> Document:
    groups = list(user.groups.order_by("name").values_list("name", flat=True))
    return {**me_json(user), "created_at": user.created_at, "last_sign_in": user.last_login, "groups": groups}


def _sessions(user: User) -> Document:
    return list(user.sessions.order_by("expire_date").values("device", "created_at", "last_used_at", "expire_date"))


def _devices(user: User) -> Document:
    rows = PushSubscription.objects.filter(user=user).order_by("id")
    return list(rows.values("id", "name", "created_at", "seen_at"))


def _contacts(user: User) -> Document:
    rows = Contact.objects.filter(user=user).order_by("id")
    return [{"id": id_, "name": name, "since": at} for id_, name, at in rows.values_list(*CONTACT)]


def _reports(user: User) -> Document:
    rows = Report.objects.filter(reporter=user).order_by("id")
    return list(rows.values("id", "conversation_id", "seq", "reason", "note", "created_at", "state"))


def _notifications(user: User) -> Iterator[Any]:
    before: int | None = None
    while True:
        page = log_page(reader=user, limit=PAGE, before=before)
        yield from page["entries"]
        before = page["next"]
        if before is None:
            return


def _messages(user: User) -> Iterator[Entry]:
    for conversation in conversations_of(user.id):
        name = f"messages/{conversation['id']}.jsonl"
        left = conversation["left_at"] is not None
        yield name, messages_own(user.id, conversation["id"]) if left else _seen(user.id, conversation["id"])


def _seen(user_id: int, conversation_id: int) -> Iterator[Any]:
    try:
        yield from messages_seen(user_id, conversation_id)
    except NotFound:  # they have left meanwhile: what follows is not for them any more
        return
