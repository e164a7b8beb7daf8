"""The tarpit: whoever asks too fast, or asks again after refusals, gets late answers.

A refusal costs the server little, so a client that repeats at once gets thousands a second, and takes the time of the
event loop. Each peer (a person, at whatever address; the address of a stranger) has a debt in seconds: a request adds
1 / `request_rate`, a static file FILE of that, and a refusal (429 or 503, whatever made it) REFUSAL. The debt shrinks
as time passes. A debt up to FREE has no consequence. Beyond FREE an answer is late by the rest of the debt, at most by
LONGEST. The tarpit refuses nothing, unless WAITING_MAX answers of the process are late already; then it also closes the
connection.
"""

import asyncio
import random
from collections import OrderedDict
from math import inf

from django.conf import settings

from backend.api.errors import ApiError, TooManyAtOnce
from backend.live.answers import CLOSE, Asgi, Message, Receive, Scope, Send, send_problem
from backend.live.clients import Clients
from backend.live.shares import ALWAYS, STRANGER, Peer, PeerOf, asker_of

FREE = 10.0  # seconds of debt: 500 requests at once
FILE = 0.1  # of a request: a hundred new browsers behind one router, with 50 files each, load the page at once
LONGEST = 2.0  # seconds: 256 connections of one address then get 128 answers a second
REFUSAL = 0.5  # seconds: after 20 refusals in a row each one more is late
REFUSALS = (429, 503)
PEERS_MAX = 10_000  # with a debt; the one that has asked longest ago is forgotten
WAITING_MAX = 2_000  # late answers in one process, each with its connection


class Tarpit:
    """An ASGI application (`http` only) in front of `app`. Belongs to one event loop."""

    def __init__(self, app: Asgi, clients: Clients, peer_of: PeerOf) -> None:
        self.app = app
        self.clients = clients
        self.peer_of = peer_of
        self.late = 0  # answers so far
        self._waiting = 0
        self._free_at: OrderedDict[Peer, float] = OrderedDict()  # when the debt is paid, on the loop's clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI's `http`."""
        asker = asker_of(scope, self.clients, self.peer_of)
        rate = (asker.client.person.bounds if asker.client is not None else STRANGER).request_rate
        if ALWAYS in scope or rate == inf:
            await self.app(scope, receive, send)
        elif await self._owe(asker.peer, (FILE if scope["path"].startswith(settings.STATIC_URL) else 1) / rate):
            await self.app(scope, receive, self._refusing_late(asker.peer, send))
        else:
            await send_problem(send, TooManyAtOnce(), close=True)

    async def refuse(self, peer: Peer, error: ApiError, send: Send) -> None:
        """Send a refusal, late after many of them."""
        await send_problem(self._refusing_late(peer, send), error)

    def _refusing_late(self, peer: Peer, send: Send) -> Send:
        async def send_late(message: Message) -> None:
            if message.get("status") in REFUSALS and not await self._owe(peer, REFUSAL):
                message = {**message, "headers": [*message["headers"], CLOSE]}
            await send(message)

        return send_late

    async def _owe(self, peer: Peer, seconds: float) -> bool:
        """Add to the debt of a peer, and wait as long as it is too large. False: too many wait already."""
        now = asyncio.get_running_loop().time()
        free_at = max(now, self._free_at.get(peer, now)) + seconds
        self._free_at[peer] = min(free_at, now + FREE + LONGEST)
        self._free_at.move_to_end(peer)
        if len(self._free_at) > PEERS_MAX:
            self._free_at.popitem(last=False)
        late = self._free_at[peer] - now - FREE
        if late <= 0:
            return True
        if self._waiting >= WAITING_MAX:
            return False
        self.late += 1
        self._waiting += 1
        try:
            # Not all at once: they would fill a turn of the event loop.
            await asyncio.sleep(late * random.uniform(0.75, 1.0))  # noqa: S311
        finally:
            self._waiting -= 1
        return True
