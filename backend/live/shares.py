"""Who asks, and which share of Django's threads a request counts to."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from backend.api.problems import API
from backend.live.answers import Scope
from backend.live.bounds import Bounds, member_bounds
from backend.live.clients import Client, Clients, credential_of, fields_of

Peer = int | str  # a user id, or the key of an address
PeerOf = Callable[[Scope], str]  # the address of whoever asks, as it is counted

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
    """The part of one class: its turns, its threads and its places."""

    weight: int  # turns that it takes while other classes wait
    threads: int  # requests that run at once
    waiting: int  # requests that wait at once
    bounds: Bounds  # of one peer


# All of these together: one interpreter runs them, and members wait for each that is running. A health check needs no
# thread of these: a balancer would take the process out of service while strangers fill them.
STRANGERS = frozenset({Kind.ANONYMOUS, Kind.PAGES})
STRANGERS_THREADS = 3
STRANGER = Bounds(threads=2, waiting=20)  # one address


def shares(threads: int) -> Mapping[Kind, Share]:
    """The shares of a pool of `threads` threads. NEWS leaves two threads to sends, and MEMBERS leaves one.

    The places of a class are some tenths of a second of work.
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


@dataclass(frozen=True, slots=True)
class Asker:
    """Who makes a request. `client` is None until Django has accepted the credential `key`."""

    key: bytes | None
    client: Client | None
    peer: Peer


def asker_of(scope: Scope, clients: Clients, peer_of: PeerOf) -> Asker:
    """A person is their own peer at any address. A stranger counts as their address."""
    key = credential_of(fields_of(scope))
    client = clients.peek(key) if key is not None else None
    return Asker(key, client, client.person.user_id if client is not None else peer_of(scope))


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
