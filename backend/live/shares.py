"""Which share of Django's threads a request counts to."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from backend.live.answers import Scope
from backend.live.bounds import Bounds, member_bounds
from backend.live.clients import credential_key

API = "/api/"
ALWAYS = "hark.always_admitted"  # in the scope of what is never refused: a poll that was held; our own question
HEALTH = ("/readyz", "/metrics")
SEND = re.compile(r"/api/v\d+/conversations/\d+/messages")


class Kind(Enum):
    """The classes of requests. The value is the name in /metrics."""

    SENDS = "sends"  # messages of people whom the gate knows
    NEWS = "news"  # polls that were held and have news
    MEMBERS = "members"  # all other requests of people whom the gate knows
    ANONYMOUS = "anonymous"  # the API without a credential, or with one that Django has not accepted yet
    PAGES = "pages"  # pages, the admin and static files, for those whom the gate does not know
    HEALTH = "health"  # for those whom the gate does not know


@dataclass(frozen=True, slots=True)
class Share:
    """`weight`: its turns while others wait. `threads`, `waiting`: how many at once may run and wait. `bounds`: for
    one peer.
    """

    weight: int
    threads: int
    waiting: int
    bounds: Bounds


STRANGERS = frozenset({Kind.ANONYMOUS, Kind.PAGES, Kind.HEALTH})
STRANGERS_THREADS = 3  # all of these together: one interpreter runs them, and members wait for each that is running
STRANGER = Bounds(threads=2, waiting=20)  # one address


def shares(threads: int) -> Mapping[Kind, Share]:
    """For a pool of so many threads. Two are left to sends, and one of these to whoever comes, by what others may have.

    Places are some tenths of a second of work.
    """
    member = member_bounds()
    return {
        Kind.SENDS: Share(8, threads, 100, member),
        Kind.NEWS: Share(4, max(1, threads - 2), 1 << 30, member),
        Kind.MEMBERS: Share(4, max(1, threads - 1), 100, member),
        Kind.ANONYMOUS: Share(1, 2, 60, STRANGER),
        Kind.PAGES: Share(1, 2, 60, STRANGER),
        Kind.HEALTH: Share(1, 1, 10, STRANGER),
    }


def credential_of(scope: Scope) -> bytes | None:
    """The key of the credential in the header fields."""
    authorization = cookie = b""
    for name, value in scope["headers"]:
        if name == b"authorization":
            authorization = authorization + b", " + value if authorization else value
        elif name == b"cookie":
            cookie = cookie + b", " + value if cookie else value
    return credential_key(authorization, cookie)


def kind_of(scope: Scope, *, known: bool) -> Kind:
    """`known`: Django has accepted the credential before."""
    path = scope["path"]
    if not known:
        if path in HEALTH:
            return Kind.HEALTH
        return Kind.ANONYMOUS if path.startswith(API) else Kind.PAGES
    if ALWAYS in scope:
        return Kind.NEWS
    is_send = scope["method"] == "POST" and SEND.fullmatch(path) is not None
    return Kind.SENDS if is_send else Kind.MEMBERS
