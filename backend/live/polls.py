"""A poll as it stands in an ASGI scope, read without Django."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from backend.live.answers import Scope
from backend.live.watch import VISIBLE, WAIT, canonical

WAIT_MAX = 25  # seconds; below what proxies and routers cut off
WAITS = {str(seconds): seconds for seconds in range(WAIT_MAX + 1)}
NOTICES = {"0": False, "1": True}
ALLOWED: dict[str, Collection[str]] = {WAIT: WAITS, VISIBLE: NOTICES}
QUERIES_MAX = 10_000  # read ones that are kept: a client asks the same until it has news


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked (the path and the query, in one spelling), and how it is to be answered."""

    place: str
    options: frozenset[str]
    wait: int
    visible: bool


@dataclass(slots=True)
class Poll:
    """Who asks (a digest of the credential), for what, and with which ETag."""

    client: bytes
    query: Query
    etag: bytes


def read_poll(scope: Scope) -> Poll | None:
    """None for what can be no poll, or none that is well-formed: Django has the word."""
    query = read_query(scope["path"], scope["query_string"])
    if query is None:
        return None
    fields = dict(scope["headers"])
    if len(fields) < len(scope["headers"]):
        fields = _joined(scope["headers"])
    cookie, authorization = fields.get(b"cookie", b""), fields.get(b"authorization", b"")
    # The origin, because the fields of CORS depend on it. The lengths, so that no two are spelled alike.
    credential = b"%d %d %b%b%b" % (len(cookie), len(authorization), cookie, authorization, fields.get(b"origin", b""))
    return Poll(blake2b(credential, digest_size=16).digest(), query, fields.get(b"if-none-match", b""))


def _joined(headers: list[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Fields that come more than once as one (RFC 9110, 5.3). Two ETags then match none that is remembered."""
    fields: dict[bytes, bytes] = {}
    for name, value in headers:
        fields[name] = fields[name] + b", " + value if name in fields else value
    return fields


@lru_cache(maxsize=QUERIES_MAX)
def read_query(path: str, query_string: bytes) -> Query | None:
    """None if `wait` or `visible` stands there twice, or with a value they do not take."""
    parts: list[str] = []
    options: dict[str, str] = {}
    for part in query_string.decode("latin-1").split("&"):
        name, _, value = part.partition("=")
        if name not in ALLOWED:
            parts.append(part)
        elif name in options or value not in ALLOWED[name]:
            return None
        else:
            options[name] = value
    wait, visible = WAITS[options.get(WAIT, "0")], NOTICES[options.get(VISIBLE, "0")]
    return Query(f"{path}?{canonical(parts)}", frozenset(options), wait, visible)
