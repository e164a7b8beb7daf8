"""The admission to Django's threads: who may enter, who waits, and who is refused.

Requests belong to classes (`shares.py`), and each class has its own threads and places: none fills the queue for
another one. Inside a class each peer (a person; an address, for whom nobody is known) has a share, and peers take
turns. Among classes whoever has had the least for its weight is next (stride scheduling).
"""

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from backend.api.errors import ApiError, Overloaded, TooManyAtOnce
from backend.api.vouching import PERSON_SLOT
from backend.live.answers import Asgi, Receive, Scope, Send, send_page, send_problem
from backend.live.clients import Clients
from backend.live.shares import ALWAYS, API, STRANGERS, STRANGERS_THREADS, Kind, Share, credential_of, kind_of, shares

Peer = int | str  # a user id, or the key of an address


@dataclass(slots=True, eq=False)
class Turn:
    """One request: its class, its peer, and what it waits for."""

    kind: Kind
    peer: Peer
    may_enter: "asyncio.Future[None]"


@dataclass(slots=True)
class Line:
    """Those of one class who wait, by peer; the peer whose turn is next comes first."""

    share: Share
    passed: float = 0.0  # turns taken, each 1 / weight: the least is next
    running: int = 0
    entered: int = 0
    refused: int = 0
    waiting: int = 0
    peers: OrderedDict[Peer, deque[Turn]] = field(default_factory=OrderedDict)


class Admission:
    """An ASGI application around Django, which has `threads` threads. Belongs to one event loop.

    `peer_of`: the address of who asks, as it is counted. `clients`: whom the gate knows by their credential.
    """

    def __init__(self, django: Asgi, clients: Clients, peer_of: Callable[[Scope], str], *, threads: int) -> None:
        self.django = django
        self.clients = clients
        self.peer_of = peer_of
        self.threads = threads
        self.lines = {kind: Line(share) for kind, share in shares(threads).items()}
        self.load = 0.0  # how full the places of people are, from 0 to 1; each idle poll asks for it
        self._running = 0
        self._strangers = 0
        self._of_peer: Counter[Peer] = Counter()
        self._passed = 0.0  # by the class that entered last

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI's `http`."""
        key = credential_of(scope)
        client = self.clients.peek(key) if key is not None else None
        kind = kind_of(scope, known=client is not None)
        peer: Peer = client.person.user_id if client is not None else self.peer_of(scope)
        line = self.lines[kind]
        refusal = None if ALWAYS in scope else self._refusal(line, peer)
        if refusal is not None:
            line.refused += 1
            await (send_problem if scope["path"].startswith(API) else send_page)(send, refusal)
            return
        scope[PERSON_SLOT] = None
        await self._enter(line, kind, peer)
        try:
            await self.django(scope, receive, send)
        finally:
            self._leave(line, kind, peer)
            self._learn(scope, key)

    def _refusal(self, line: Line, peer: Peer) -> ApiError | None:
        """Why this peer may not even wait. Whoever can enter at once is not counted as waiting."""
        of_peer = len(line.peers.get(peer, ()))
        if of_peer >= line.share.bounds.waiting:
            return TooManyAtOnce()
        if line.waiting >= line.share.waiting:
            return Overloaded()
        return None

    async def _enter(self, line: Line, kind: Kind, peer: Peer) -> None:
        turn = Turn(kind, peer, asyncio.get_running_loop().create_future())
        if not line.waiting:
            line.passed = max(line.passed, self._passed)  # no turns are saved up while nobody comes
        line.peers.setdefault(peer, deque()).append(turn)
        line.waiting += 1
        self._admit()
        try:
            await turn.may_enter
        except asyncio.CancelledError:
            if turn.may_enter.cancelled():
                self._drop(line, turn)
            else:  # it was let in at the same moment
                self._leave(line, kind, peer)
            raise

    def _leave(self, line: Line, kind: Kind, peer: Peer) -> None:
        line.running -= 1
        self._running -= 1
        self._strangers -= kind in STRANGERS
        self._of_peer[peer] -= 1
        if not self._of_peer[peer]:
            del self._of_peer[peer]
        self._admit()

    def _drop(self, line: Line, turn: Turn) -> None:
        """It waits no longer; whoever was to be let in next may have passed it over already."""
        turns = line.peers.get(turn.peer)
        if turns is None or turn not in turns:
            return
        turns.remove(turn)
        line.waiting -= 1
        if not turns:
            del line.peers[turn.peer]

    def _admit(self) -> None:
        """Let in whoever is next, until all threads are busy or nobody may enter."""
        while self._running < self.threads and (turn := self._next()) is not None:
            if turn.may_enter.cancelled():
                continue
            line = self.lines[turn.kind]
            line.running += 1
            line.entered += 1
            self._running += 1
            self._strangers += turn.kind in STRANGERS
            self._of_peer[turn.peer] += 1
            self._passed = line.passed
            line.passed += 1 / line.share.weight
            turn.may_enter.set_result(None)
        lines = (self.lines[Kind.SENDS], self.lines[Kind.MEMBERS])
        self.load = min(1.0, max(line.waiting / line.share.waiting for line in lines))

    def _next(self) -> Turn | None:
        """The next of the class that has had the least for its weight, of those who may enter now."""
        strangers_may = self._strangers < STRANGERS_THREADS
        for kind, line in sorted(self.lines.items(), key=_had):
            if not line.waiting or line.running >= line.share.threads or (kind in STRANGERS and not strangers_may):
                continue
            for peer in line.peers:
                if self._of_peer[peer] < line.share.bounds.threads:
                    return self._take(line, peer)
        return None

    def _take(self, line: Line, peer: Peer) -> Turn:
        turns = line.peers[peer]
        turn = turns.popleft()
        line.waiting -= 1
        if turns:
            line.peers.move_to_end(peer)
        else:
            del line.peers[peer]
        return turn

    def _learn(self, scope: Scope, key: bytes | None) -> None:
        """Whose credential it is, as Django has said; nobody's, if the API did not accept it."""
        if key is None:
            return
        user_id = scope[PERSON_SLOT]
        if user_id is not None:
            self.clients.accept(key, user_id)
        elif scope["path"].startswith(API):
            self.clients.forget(key)


def _had(item: tuple[Kind, Line]) -> float:
    return item[1].passed
