"""A reader of the protocol as docs/protocol.md tells it: holds what it was given, and asks only for what is new."""

from typing import Any
from urllib.parse import urlencode

C = dict[str, Any]
M = dict[str, Any]


class Reader:
    """One device of one person. `api` is theirs (tests/conftest.py)."""

    def __init__(self, api: Any) -> None:
        self.api = api
        self.conversations: dict[int, C] = {}
        self.messages: dict[int, M] = {}  # of the open conversation, by seq
        self.opened: int | None = None
        self.last_seq = 0
        self._after = 0
        self._cursor: int | None = None
        self._etag = ""

    def start(self) -> None:
        """Everything at first: the newest by sync, the older ones by paging down the list."""
        self.poll()
        for c in self.all_conversations():
            self.conversations.setdefault(c["id"], c)

    def open(self, conversation_id: int) -> None:
        """Load the conversation from its end to its beginning."""
        page = self._get(f"conversations/{conversation_id}/messages?limit=3")
        self.opened, self._after, self.last_seq = conversation_id, page["cursor"], page["last_seq"]
        self._etag = ""
        self.messages = {}
        self._take(page["messages"])
        while page["has_more"]:
            page = self._get(f"conversations/{conversation_id}/messages?limit=3&before={min(self.messages)}")
            self._take(page["messages"])

    def poll(self) -> None:
        """Poll until the server says that this is all, and until a conversation that one has left is closed."""
        while self._poll_once():
            pass

    def all_conversations(self) -> list[C]:
        """A fresh look at the whole list, page by page."""
        page = self._get("conversations?limit=2")
        found: list[C] = page["conversations"]
        while page["next"] is not None:
            page = self._get(f"conversations?limit=2&before={page['next']}")
            found += page["conversations"]
        return found

    def all_messages(self) -> list[M]:
        """A fresh look at the open conversation, from its beginning."""
        page = self._get(f"conversations/{self.opened}/messages?after=0&limit=200")
        assert not page["has_more"]
        return sorted(page["messages"], key=lambda message: int(message["seq"]))

    def _poll_once(self) -> bool:
        response = self.api.get(f"sync?{self._query()}", **{"If-None-Match": self._etag or '"none"'})
        if response.status_code == 404:
            self.opened, self.messages, self._etag = None, {}, ""
            return True
        if response.status_code == 304:
            return False
        assert response.status_code == 200, response.content
        answer = response.json()
        self._etag = response.headers.get("ETag", "")
        self._cursor = answer["cursor"]
        self.conversations |= {c["id"]: c for c in answer["conversations"]}
        for left in answer["left"]:
            self.conversations.pop(left, None)
        if self.opened is not None:
            self._after, self.last_seq = answer["after"], answer["last_seq"]
            self._take(answer["messages"])
        return bool(answer["has_more"])

    def _query(self) -> str:
        position = {"cursor": self._cursor, "conversation": self.opened, "after": self._after if self.opened else None}
        return urlencode({name: value for name, value in position.items() if value is not None})

    def _take(self, messages: list[M]) -> None:
        self.messages |= {message["seq"]: message for message in messages}

    def _get(self, path: str) -> Any:
        response = self.api.get(path)
        assert response.status_code == 200, response.content
        return response.json()
