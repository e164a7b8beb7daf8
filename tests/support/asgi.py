"""A gate in the test's own event loop, with a Django behind it that does as it is told."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from backend.api.vouching import PERSON_SLOT, REFUSED
from backend.live.gate import Gate
from backend.live.watch import SLOT, VISIBLE, WAIT, Watch

Message = dict[str, Any]
PATH = "/api/v1/sync"


@dataclass
class Heard:
    """What a client got."""

    status: int = 0
    fields: dict[str, str] = field(default_factory=dict)
    raw: dict[str, bytes] = field(default_factory=dict)
    body: bytes = b""

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.raw = {name.decode(): value for name, value in message["headers"]}
            self.fields = {name: value.decode("latin-1") for name, value in self.raw.items()}
        else:
            self.body += message.get("body", b"")


class Django:
    """Answers polls of one feed at `rev` as the sync view does: the cursor is the rev, the ETag names it."""

    def __init__(self, *, user_id: int = 1, rev: int = 5) -> None:
        self.user_id = user_id
        self.rev = rev
        self.accepts = True  # whatever credential comes
        self.looks = True  # at credentials
        self.each_their_own = False  # `sessionid=7` is user 7, instead of all being `user_id`
        self.asked = 0
        self.names: tuple[str, ...] = ()
        self.lasts: float | None = None
        self.before_answering: Callable[[], Awaitable[None]] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.asked += 1
        rev = self.rev
        if self.before_answering is not None:
            await self.before_answering()
        query = dict(part.split("=") for part in scope["query_string"].decode().split("&") if part)
        user_id = self._who(scope) if self.each_their_own else self.user_id
        if not self.accepts or not self.looks:
            scope[PERSON_SLOT] = REFUSED if self.looks else None
            await send({"type": "http.response.start", "status": 401 if self.looks else 404, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        scope[PERSON_SLOT] = user_id
        slot = scope if SLOT in scope else {}
        etag = f'"{rev}"'
        given = dict(scope["headers"]).get(b"if-none-match", b"").decode()
        is_idle = query.get("cursor") == str(rev)
        is_unchanged = is_idle and given == etag
        slot[SLOT] = Watch(
            user_id=user_id,
            rev=rev,
            etag=etag,
            position=f"cursor={rev}",
            nothing_new=is_unchanged or (is_idle and not given),
            takes=frozenset({WAIT, VISIBLE}),
            names=self.names,
            lasts=self.lasts,
            where="7",
        )
        fields = {"etag": etag, "cache-control": "private, no-cache", "vary": "Cookie", "x-frame-options": "DENY"}
        headers = [(name.encode(), value.encode()) for name, value in fields.items()]
        await send({"type": "http.response.start", "status": 304 if is_unchanged else 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if is_unchanged else b"{}"})

    @staticmethod
    def _who(scope: Any) -> int:
        return int(dict(scope["headers"])[b"cookie"].partition(b"sessionid=")[2])


class Client:
    """Asks a gate, with a credential of its own."""

    def __init__(self, gate: Gate, cookie: str = "sessionid=1") -> None:
        self.gate = gate
        self.fields = {"cookie": cookie}
        self.leave = asyncio.Event()

    async def get(self, query: str, etag: str = "", *, path: str = PATH, method: str = "GET", **fields: str) -> Heard:
        """`fields` are header fields, with _ for -."""
        heard = Heard()
        given = {**self.fields, **{name.replace("_", "-"): value for name, value in fields.items()}}
        if etag:
            given["if-none-match"] = etag
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        }
        await self.gate(scope, self._receive, heard.take)
        return heard

    async def _receive(self) -> Message:
        await self.leave.wait()
        return {"type": "http.disconnect"}
