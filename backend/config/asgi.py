"""Hark as an ASGI application: the gate, and behind it synchronous Django in a bounded pool of threads.

Django's own ASGI handler starts a thread per request; a pool keeps the threads and their database connections.
"""

from backend.config.wsgi import application as django  # first: it sets Django up

# isort: split
from backend.config.bridge import Bridge
from backend.config.intake import Intake
from backend.config.peers import scope_peer
from backend.config.shared_answers import SharedAnswers
from backend.config.static_answers import StaticAnswers
from backend.live.admission import Admission
from backend.live.bounds import member_bounds
from backend.live.gate import Gate
from backend.live.keepers import Keepers
from backend.live.memory import Memory
from backend.live.tarpit import Tarpit

THREADS = 10  # each holds one database connection, and the sweep one more: they must fit max_connections

memory = Memory(member_bounds())
admission = Admission(Bridge(django, threads=THREADS), memory.clients, scope_peer, threads=THREADS)
door = Tarpit(Intake(StaticAnswers(SharedAnswers(admission))), memory.clients, scope_peer)
application = Gate(door, admission, memory)
application.lifespan = Keepers(application)
