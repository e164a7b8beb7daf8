"""The shapes of docs/protocol.md: these keys, no more and no fewer."""

from datetime import datetime
from typing import Any

M = {"seq", "rev", "client_id", "sender", "text", "created_at", "edited_at", "deleted", "reply_to"}
M |= {"attachments", "reactions"}
C = {"id", "kind", "title", "owner", "rev", "last_seq", "unread", "read_seq", "participants", "last_message"}
C |= {"notifications", "updated_at", "retention_days", "request", "blocked"}


def assert_m(m: dict[str, Any]) -> None:
    """A message."""
    assert set(m) == M
    assert set(m["sender"]) == {"id", "name"}
    assert m["attachments"] == []
    assert all(set(reaction) == {"emoji", "users"} for reaction in m["reactions"])
    for name in ("created_at", "edited_at"):
        assert m[name] is None or (m[name].endswith("Z") and datetime.fromisoformat(m[name]))
    assert isinstance(m["deleted"], bool)


def assert_c(c: dict[str, Any]) -> None:
    """A conversation."""
    assert set(c) == C
    assert all(set(someone) == {"id", "name", "is_staff", "look_alike", "read_seq"} for someone in c["participants"])
    assert set(c["notifications"]) == {"level", "muted_until"}
    assert c["updated_at"].endswith("Z")
    assert c["request"] is None or set(c["request"]["by"]) == {"id", "name"}
    assert all(isinstance(blocked, int) for blocked in c["blocked"])
    if c["last_message"] is not None:
        assert_m(c["last_message"])
