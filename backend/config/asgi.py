"""Hark as an ASGI application: the gate, and behind it synchronous Django in a bounded pool of threads.

Django's own ASGI handler starts a thread per request; a pool keeps the threads and their database connections.
"""

from a2wsgi import WSGIMiddleware

from backend.config.wsgi import application as django  # first: it sets Django up

# isort: split
from backend.config.intake import Intake
from backend.live.gate import Gate
from backend.live.keepers import Keepers
from backend.live.queue import Queue

THREADS = 10  # each holds one database connection, and the sweep one more: they must fit max_connections

queue = Queue(WSGIMiddleware(django, workers=THREADS), threads=THREADS)  # type: ignore[arg-type]  # PEP 3333's stubs
application = Gate(Intake(queue), queue)
application.lifespan = Keepers(application)
