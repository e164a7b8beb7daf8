"""A poll as it stands in an ASGI scope, read without Django."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from backend.api.problems import API
from backend.live.answers import Scope
from backend.live.clients import credential_of, fields_of
from backend.live.watch import VISIBLE, WAIT, canonical

WAIT_MAX = 25  # seconds; below what proxies and routers cut off
WAITS = {str(seconds): seconds for seconds in range(WAIT_MAX + 1)}
NOTICES = {"0": False, "1": True}
ALLOWED: dict[str, Collection[str]] = {WAIT: WAITS, VISIBLE: NOTICES}
# What the gate counts as polls, whatever Django will say: every read of news or of messages.
POLLED = re.compile(r"/api/v\d+/(?:sync|conversations/\d+/messages)")
PATH_MAX = 200  # characters
QUERY_MAX = 1_000  # bytes of a query that the gate reads at all
KEPT_MAX = 200  # bytes of one that it keeps in its read form; the page's have about 80
QUERIES_MAX = 10_000  # of these: a client asks the same until it has news
ORIGIN_MAX = 200  # bytes


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked (`place`: the path and the query in one spelling), and how it is to be answered."""

    path: str
    is_polled: bool
    place: str
    options: frozenset[str]
    wait: int
    visible: bool


@dataclass(slots=True)
class Poll:
    """Who asks (a digest of the credential), for what, with which ETag, and from which other site.

    `origin` stands at the end of a place: the fields of CORS in an answer depend on it.
    """

    client: bytes
    query: Query
    etag: bytes
    origin: str

    @property
    def place(self) -> str:
        return self.query.place + self.origin

    def place_at(self, position: str) -> str:
        """The place of the same poll with another query."""
        return f"{self.query.path}?{position}{self.origin}"


def read_poll(scope: Scope) -> Poll | None:
    """None for what can be no poll, or none that is well-formed: Django has the word.

    Nothing is read, and so nothing kept, of a long address or of a request without a credential.
    """
    path, query_string = scope["path"], scope["query_string"]
    if not path.startswith(API) or len(path) > PATH_MAX or len(query_string) > QUERY_MAX:
        return None
    fields = fields_of(scope)
    client = credential_of(fields)
    origin = fields.get(b"origin", b"")
    if client is None or len(origin) > ORIGIN_MAX:
        return None
    query = (read_query if len(query_string) <= KEPT_MAX else _read_query)(path, query_string)
    if query is None:
        return None
    return Poll(client, query, fields.get(b"if-none-match", b""), f" {origin.decode('latin-1')}" if origin else "")


def _read_query(path: str, query_string: bytes) -> Query | None:
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
    return Query(
        path, POLLED.fullmatch(path) is not None, f"{path}?{canonical(parts)}", frozenset(options), wait, visible
    )


read_query = lru_cache(maxsize=QUERIES_MAX)(_read_query)
