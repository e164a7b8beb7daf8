"""A poll as it stands in an ASGI scope, read without Django."""

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import blake2b

from backend.live.answers import Scope
from backend.live.watch import VISIBLE, WAIT, canonical

WAIT_MAX = 25  # seconds; below what proxies and routers cut off
WAITS = {str(seconds): seconds for seconds in range(WAIT_MAX + 1)}
NOTICES = {"0": False, "1": True}
ALLOWED: dict[str, Collection[str]] = {WAIT: WAITS, VISIBLE: NOTICES}
CREDENTIALS = {b"cookie", b"authorization", b"origin"}  # the origin, because CORS fields depend on it


@dataclass(slots=True)
class Poll:
    """Who asks (a digest of the credential), for what, with which ETag, and how."""

    client: bytes
    path: str
    query: str
    etag: bytes
    options: frozenset[str]
    wait: int
    visible: bool

    @property
    def place(self) -> str:
        return f"{self.path}?{self.query}"


PLAIN = frozenset[str]()


def read_poll(scope: Scope) -> Poll | None:
    """None for what can be no poll, or none that is well-formed: Django has the word."""
    digest, etag = blake2b(digest_size=16), b""
    for name, value in scope["headers"]:
        if name in CREDENTIALS:
            digest.update(b"%s\0%d\0%s" % (name, len(value), value))
        elif name == b"if-none-match":
            if etag:
                return None
            etag = value
    parts, options = [], {}
    for part in scope["query_string"].decode("latin-1").split("&"):
        name, _, value = part.partition("=")
        if name in ALLOWED:
            if name in options or value not in ALLOWED[name]:
                return None
            options[name] = value
        else:
            parts.append(part)
    return Poll(
        client=digest.digest(),
        path=scope["path"],
        query=canonical(parts),
        etag=etag,
        options=frozenset(options) if options else PLAIN,
        wait=WAITS[options.get(WAIT, "0")],
        visible=NOTICES[options.get(VISIBLE, "0")],
    )
