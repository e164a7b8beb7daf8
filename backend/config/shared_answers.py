"""Answers that are the same for all strangers: Django is asked once, and the bytes are kept in memory.

`/readyz` is kept for as long as it is true, the others for as long as the process runs. While Django is being asked,
all who come for the same answer wait together, without a thread.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header

from backend.accounts.languages import known_language
from backend.config.peers import scope_is_secure
from backend.config.readiness import LOOK_EVERY
from backend.live.answers import READ_ONLY, Asgi, Message, Receive, Scope, Send, no_body
from backend.live.clients import credential_of, fields_of
from backend.live.shares import ALWAYS

# Seconds by path.
KEPT = {"/healthz": inf, "/readyz": LOOK_EVERY, "/sw.js": inf, "/manifest.webmanifest": inf, "/accessibility": inf}
BY_LANGUAGE = {"/accessibility"}
ON_ANY_SCHEME = {"/healthz", "/readyz"}  # SECURE_REDIRECT_EXEMPT
LANGUAGE_MAX = 200  # bytes of Accept-Language that are looked at

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """`until` is on the loop's clock."""

    start: Message
    body: bytes
    until: float

    async def give(self, method: str, send: Send) -> None:
        """Send it, as the answer to GET or HEAD."""
        await send(self.start)
        await send({"type": "http.response.body", "body": b"" if method == "HEAD" else self.body})


class SharedAnswers:
    """An ASGI application (`http` only) in front of `app`, which gets everything else, and each of these once."""

    def __init__(self, app: Asgi, kept: Mapping[str, float] = KEPT) -> None:
        self.app = app
        self._seconds = kept
        self._kept: dict[tuple[str, str], Kept] = {}  # at most one for each path and language
        self._asked: dict[tuple[str, str], asyncio.Task[Kept | None]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI's `http`."""
        kept = await self._find(scope) if scope["path"] in self._seconds and is_anonymous_read(scope) else None
        if kept is None:
            await self.app(scope, receive, send)
        else:
            await kept.give(scope["method"], send)

    async def _find(self, scope: Scope) -> Kept | None:
        """None if Django gives another answer than one to keep: then it is to tell that to whoever asks."""
        path = scope["path"]
        key = (path, language_of(scope) if path in BY_LANGUAGE else "")
        kept = self._kept.get(key)
        if kept is not None and kept.until > asyncio.get_running_loop().time():
            return kept
        asked = self._asked.get(key)
        if asked is None:
            asked = self._asked[key] = asyncio.create_task(self._ask(*key))
            asked.add_done_callback(lambda _: self._asked.pop(key))
        return await asyncio.shield(asked)  # one of those who wait may go away

    async def _ask(self, path: str, language: str) -> Kept | None:
        messages: list[Message] = []

        async def take(message: Message) -> None:
            messages.append(message)

        try:
            await self.app(_of_nobody(path, language), no_body, take)
        except Exception:  # one for all who wait would be raised, and its traceback grow, once for each of them
            log.exception("no answer to share at %s", path)
            return None
        start, *bodies = messages
        if start["status"] not in (200, 503) or any(name == b"set-cookie" for name, _ in start["headers"]):
            return None
        until = asyncio.get_running_loop().time() + self._seconds[path]
        kept = Kept(start, b"".join(message.get("body", b"") for message in bodies), until)
        if start["status"] == 200 or self._seconds[path] != inf:
            self._kept[path, language] = kept
        return kept


def is_anonymous_read(scope: Scope) -> bool:
    """GET or HEAD without a credential, by a scheme that is answered."""
    if scope["method"] not in READ_ONLY or credential_of(fields_of(scope)) is not None:
        return False
    return not settings.SECURE_SSL_REDIRECT or scope["path"] in ON_ANY_SCHEME or scope_is_secure(scope)


def language_of(scope: Scope) -> str:
    """The language that the browser asks for, as far as Hark speaks it (as `language_asked` for Django)."""
    asked = b",".join(value for name, value in scope["headers"] if name == b"accept-language")[:LANGUAGE_MAX]
    for code, _ in parse_accept_lang_header(asked.decode("latin-1").lower()):
        if code == "*":
            break
        try:
            return known_language(get_supported_language_variant(code))
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


def _of_nobody(path: str, language: str) -> Scope:
    """A request that no client has a part in, so that none can put something into the answer of others."""
    public = urlsplit(settings.PUBLIC_URL)
    headers = [(b"host", public.netloc.encode())]
    if language:
        headers.append((b"accept-language", language.encode()))
    return {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "http_version": "1.1",
        "scheme": public.scheme,
        "headers": headers,
        "client": None,
        "server": (public.hostname, public.port or 80),
        ALWAYS: True,
    }
