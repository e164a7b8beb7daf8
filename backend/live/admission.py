"""The admission to Django's threads: which requests may enter, which wait, and which are refused.

Requests belong to classes (`shares.py`), and each class has its own threads and places: none fills the queue for
another one. Inside a class each peer (a person; an address, for whom nobody is known) has a share, and peers take
turns. Among classes whoever has had the least for its weight is next (stride scheduling).
"""

import asyncio
from collections import Counter, OrderedDict, deque
from dataclasses import dataclass, field

from backend.api.errors import ApiError, Overloaded, TooManyAtOnce
from backend.api.problems import API
from backend.api.vouching import PERSON_SLOT, REFUSED
from backend.live.answers import Asgi, Message, Receive, Scope, Send, send_page, send_problem
from backend.live.clients import Clients
from backend.live.shares import (
    ALWAYS,
    STRANGERS,
    STRANGERS_THREADS,
    Kind,
    Peer,
    PeerOf,
    Share,
    asker_of,
    kind_of,
    shares,
)


@dataclass(slots=True, eq=False)
class Turn:
    """One request that waits: its class, its peer, and whether it may enter, once that is known."""

    kind: Kind
    peer: Peer
    may_enter: "asyncio.Future[bool]"


@dataclass(slots=True)
class Line:
    """The requests of one class that wait, by peer. The peer whose turn is next comes first."""

    share: Share
    virtual_time: float = 0.0  # of stride scheduling: each turn adds 1 / weight, the least is next
    running: int = 0
    entered: int = 0
    refused: int = 0
    waiting: int = 0
    peers: OrderedDict[Peer, deque[Turn]] = field(default_factory=OrderedDict)


class Admission:
    """An ASGI application around Django, which has `threads` threads. Belongs to one event loop.

    `peer_of`: the address of who asks, as it is counted. `clients`: whom the gate knows by their credential.
    """

    def __init__(self, django: Asgi, clients: Clients, peer_of: PeerOf, *, threads: int) -> None:
        self.django = django
        self.clients = clients
        self.peer_of = peer_of
        self.threads = threads
        self.lines = {kind: Line(share) for kind, share in shares(threads).items()}
        self.load = 0.0  # how full the places of people are, from 0 to 1; each idle poll asks for it
        self._running = 0
        self._strangers = 0
        self._of_peer: Counter[Peer] = Counter()
        self._virtual_time = 0.0  # of the class that entered last
        self._is_draining = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI's `http`. It sends nothing if the request was a poll with news that waited when `drain` was called."""
        asker = asker_of(scope, self.clients, self.peer_of)
        peer, kind = asker.peer, kind_of(scope, known=asker.client is not None)
        line = self.lines[kind]
        refusal = None if ALWAYS in scope else self._refusal(line, peer)
        if refusal is not None:
            line.refused += 1
            await (send_problem if scope["path"].startswith(API) else send_page)(send, refusal)
            return
        scope[PERSON_SLOT] = None
        if not await self._enter(line, kind, peer):
            return
        is_inside = True

        def leave() -> None:
            nonlocal is_inside
            if is_inside:
                is_inside = False
                self._leave(line, kind, peer)
                self._learn(scope, asker.key)

        async def send_outside(message: Message) -> None:
            leave()  # the thread is free when the answer begins; a client that does not read it must not hold the place
            await send(message)

        try:
            await self.django(scope, receive, send_outside)
        finally:
            leave()

    def drain(self) -> None:
        """The process is about to end: polls that have news, and wait, enter no more."""
        self._is_draining = True
        line = self.lines[Kind.NEWS]
        for turn in [turn for turns in line.peers.values() for turn in turns]:
            if not turn.may_enter.done():
                turn.may_enter.set_result(False)
        line.peers.clear()
        line.waiting = 0

    def _refusal(self, line: Line, peer: Peer) -> ApiError | None:
        """The refusal for a request that has no place to wait in; None if there is one."""
        of_peer = len(line.peers.get(peer, ()))
        if of_peer >= line.share.bounds.waiting:
            return TooManyAtOnce()
        if line.waiting >= line.share.waiting:
            return Overloaded()
        return None

    async def _enter(self, line: Line, kind: Kind, peer: Peer) -> bool:
        """Wait for a thread. False: there will be none, see `drain`."""
        if self._is_draining and kind is Kind.NEWS:
            return False
        turn = Turn(kind, peer, asyncio.get_running_loop().create_future())
        if not line.waiting:
            line.virtual_time = max(line.virtual_time, self._virtual_time)  # an empty line saves up no turns
        line.peers.setdefault(peer, deque()).append(turn)
        line.waiting += 1
        self._admit()
        try:
            return await turn.may_enter
        except asyncio.CancelledError:
            if turn.may_enter.cancelled():
                self._drop(line, turn)
            elif turn.may_enter.result():  # the request was let in at the same moment
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
        """The request waits no longer. `_admit` may have taken it out of the line already."""
        turns = line.peers.get(turn.peer)
        if turns is None or turn not in turns:
            return
        turns.remove(turn)
        line.waiting -= 1
        if not turns:
            del line.peers[turn.peer]

    def _admit(self) -> None:
        """Let requests in, until all threads are busy or none that waits may enter."""
        while self._running < self.threads and (turn := self._next()) is not None:
            if turn.may_enter.cancelled():
                continue
            line = self.lines[turn.kind]
            line.running += 1
            line.entered += 1
            self._running += 1
            self._strangers += turn.kind in STRANGERS
            self._of_peer[turn.peer] += 1
            self._virtual_time = line.virtual_time
            line.virtual_time += 1 / line.share.weight
            turn.may_enter.set_result(True)
        lines = (self.lines[Kind.SENDS], self.lines[Kind.MEMBERS])
        self.load = min(1.0, max(line.waiting / line.share.waiting for line in lines))

    def _next(self) -> Turn | None:
        """The next request of the class that has had the least for its weight, among the classes that may enter."""
        strangers_may = self._strangers < STRANGERS_THREADS
        for kind, line in sorted(self.lines.items(), key=_virtual_time):
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
        """Keep whose credential it is, as Django has said. Many answers say nothing of it: a 404, or a 503."""
        user_id = scope[PERSON_SLOT]
        if key is None or user_id is None:
            return
        if user_id == REFUSED:
            self.clients.forget(key)
        else:
            self.clients.accept(key, user_id)


def _virtual_time(item: tuple[Kind, Line]) -> float:
    return item[1].virtual_time
