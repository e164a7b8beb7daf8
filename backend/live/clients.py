"""The person of each credential, as Django has said: the table by which the gate counts per person.

A credential enters the table when Django has accepted it. So junk takes no place in the table, and one person fills
only a small part of it. All of it belongs to one event loop, and all of it may be forgotten at any time.
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from math import inf
from typing import TYPE_CHECKING

from django.conf import settings

from backend.live.bounds import Bounds

if TYPE_CHECKING:  # both import this module
    from backend.live.answers import Scope
    from backend.live.memory import Remembered

CLIENTS_MAX = 20_000  # credentials; an idle one more costs about 2 kB
KEY_BYTES = 16


SESSION = settings.SESSION_COOKIE_NAME.encode() + b"="
SESSIONS = re.compile(rb"(?:^|;)[ \t]*" + re.escape(SESSION) + rb"([^;]*)")


def fields_of(scope: "Scope") -> dict[bytes, bytes]:
    """The header fields. Those of one name are joined (RFC 9110, 5.3); two ETags then match none that is remembered."""
    headers = scope["headers"]
    fields = dict(headers)
    if len(fields) < len(headers):
        fields = {}
        for name, value in headers:
            fields[name] = fields[name] + b", " + value if name in fields else value
    return fields


def credential_of(fields: Mapping[bytes, bytes]) -> bytes | None:
    """The key of the credential in the header fields."""
    return credential_key(fields.get(b"authorization", b""), fields.get(b"cookie", b""))


def credential_key(authorization: bytes, cookie: bytes) -> bytes | None:
    """A digest of the credential alone; None if there is none.

    As in Django, a request with an `Authorization` field ignores cookies, and of two session cookies the last counts.
    """
    if authorization:
        return blake2b(b"=" + authorization, digest_size=KEY_BYTES).digest()  # no session cookie begins like that
    at = cookie.rfind(SESSION)
    if at < 0:
        return None
    if at == 0 or cookie[at - 2 : at] == b"; ":  # as browsers write it
        end = cookie.find(b";", at)
        value = cookie[at:end] if end >= 0 else cookie[at:]
    elif found := SESSIONS.findall(cookie):
        value = SESSION + found[-1]
    else:
        return None
    return blake2b(value, digest_size=KEY_BYTES).digest()


@dataclass(slots=True, eq=False)
class Person:
    """One user: the token bucket of all their polls, how many of these are held, and their credentials."""

    user_id: int
    bounds: Bounds
    tokens: float = inf
    asked_at: float = 0.0  # seconds of the loop's clock
    held: int = 0
    credentials: dict[bytes, None] = field(default_factory=dict)  # the one accepted last is the last

    def spend(self, now: float) -> bool:
        """Count one poll; False in a tight loop."""
        bounds = self.bounds
        self.tokens = min(bounds.poll_burst, self.tokens + (now - self.asked_at) * bounds.poll_rate)
        self.asked_at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


@dataclass(slots=True, eq=False)
class Client:
    """One session or token: its person, and what holds for its polls (by place)."""

    person: Person
    places: "dict[str, Remembered]" = field(default_factory=dict)


class Clients:
    """`dropped` is called with each key that leaves the table, and with what was kept under it."""

    def __init__(
        self, dropped: Callable[[bytes, Client], None], bounds: Bounds, *, clients_max: int = CLIENTS_MAX
    ) -> None:
        self.bounds = bounds
        self._dropped = dropped
        self._max = clients_max
        self._clients: OrderedDict[bytes, Client] = OrderedDict()  # the quietest first
        self._people: dict[int, Person] = {}

    def __len__(self) -> int:
        return len(self._clients)

    def get(self, key: bytes) -> Client | None:
        """The client of an accepted credential."""
        client = self._clients.get(key)
        if client is not None:
            self._clients.move_to_end(key)
        return client

    def peek(self, key: bytes) -> Client | None:
        """As `get`; a client that is only looked at does not count as less quiet."""
        return self._clients.get(key)

    def accept(self, key: bytes, user_id: int) -> Client:
        """Django has accepted this credential of this user. The quietest credentials are forgotten if it must be."""
        client = self._clients.get(key)
        if client is not None and client.person.user_id != user_id:
            self.forget(key)
            client = None
        if client is None:
            client = self._clients[key] = Client(self._person(user_id))
        person = client.person
        person.credentials.pop(key, None)
        person.credentials[key] = None
        self._clients.move_to_end(key)
        if len(person.credentials) > self.bounds.credentials:
            self.forget(next(iter(person.credentials)))
        if len(self._clients) > self._max:
            self.forget(next(iter(self._clients)))
        return client

    def forget(self, key: bytes | None) -> None:
        """Django no longer accepts it, or others need its place."""
        if key is None or (client := self._clients.pop(key, None)) is None:
            return
        person = client.person
        person.credentials.pop(key, None)
        self._tidy(person)
        self._dropped(key, client)

    def may_hold(self, user_id: int) -> bool:
        """Whether this user may have one more held poll."""
        person = self._people.get(user_id)
        return person is None or person.held < self.bounds.held

    def hold(self, user_id: int) -> Person:
        """Count one more held poll of this user. End it by `release`."""
        person = self._person(user_id)
        person.held += 1
        return person

    def release(self, person: Person) -> None:
        """A held poll of theirs has ended."""
        person.held -= 1
        self._tidy(person)

    def _tidy(self, person: Person) -> None:
        """Forget a person of whom nothing is left here."""
        if not person.credentials and not person.held and self._people.get(person.user_id) is person:
            del self._people[person.user_id]

    def _person(self, user_id: int) -> Person:
        person = self._people.get(user_id)
        if person is None:
            person = self._people[user_id] = Person(user_id, self.bounds, self.bounds.poll_burst)
        return person
