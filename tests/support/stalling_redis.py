"""A way to Redis that passes everything on until a word comes by, and then does something instead."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from django.conf import settings

CHUNK = 65536  # octets


@contextlib.contextmanager
def redis_until(word: bytes, then: Callable[[], object]) -> Iterator[str]:
    """The address of it. What carries `word` is not passed on: `then` is called, in another thread."""
    real = urlsplit(settings.REDIS_URL)
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_serve, args=(server, (real.hostname, real.port), word, then), daemon=True).start()
        credentials = f"{real.netloc.rpartition('@')[0]}@" if "@" in real.netloc else ""
        yield f"redis://{credentials}127.0.0.1:{server.getsockname()[1]}{real.path}"


def _serve(server: socket.socket, real: tuple[str, int], word: bytes, then: Callable[[], object]) -> None:
    with contextlib.suppress(OSError):
        while True:
            client, _ = server.accept()
            upstream = socket.create_connection(real)
            threading.Thread(target=_pass_on, args=(client, upstream, word, then), daemon=True).start()
            threading.Thread(target=_pass_on, args=(upstream, client, None, then), daemon=True).start()


def _pass_on(source: socket.socket, target: socket.socket, word: bytes | None, then: Callable[[], object]) -> None:
    with contextlib.suppress(OSError), source, target:
        while octets := source.recv(CHUNK):
            if word is not None and word in octets:
                then()
                return
            target.sendall(octets)
