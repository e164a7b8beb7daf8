"""Hark as an ASGI application: synchronous Django in a bounded pool of threads.

Django's own ASGI handler starts a thread per request; a pool keeps the threads and their database connections.
"""

from a2wsgi import WSGIMiddleware

from backend.config.wsgi import application as django

THREADS = 10  # a thread holds one database connection: processes x THREADS must fit max_connections

application = WSGIMiddleware(django, workers=THREADS)  # type: ignore[arg-type]  # the stubs of PEP 3333 differ
