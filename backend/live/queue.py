"""The queue before Django's threads: it has an end, and its length is the load of the server."""

from backend.api.errors import Overloaded
from backend.live.answers import Asgi, Receive, Scope, Send, send_problem

QUEUE_MAX = 100  # requests that may wait for a thread: some 0.3 s of work
REFUSED = "/api/"  # what is refused when it is full: not the health checks, nor the page
WOKEN = "hark.woken"  # in the scope of a poll that was held, and that is never refused


class Queue:
    """An ASGI application around Django, which has `threads` threads."""

    def __init__(self, django: Asgi, *, threads: int, queue_max: int = QUEUE_MAX) -> None:
        self.django = django
        self.threads = threads
        self.queue_max = queue_max
        self.entered = 0
        self.refused = 0
        self._inside = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI's `http`."""
        is_full = self._inside >= self.threads + self.queue_max
        if is_full and WOKEN not in scope and scope["path"].startswith(REFUSED):
            self.refused += 1
            await send_problem(send, Overloaded())
            return
        self._inside += 1
        self.entered += 1
        try:
            await self.django(scope, receive, send)
        finally:
            self._inside -= 1

    @property
    def load(self) -> float:
        """How full it is, from 0 to 1."""
        waiting = self._inside - self.threads
        return min(1.0, waiting / self.queue_max) if waiting > 0 else 0.0
