"""The wire between a browser and a server: what it counts, and what becomes of those who are connected."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from bench.harness.wire import Wire

PATIENCE = 20  # seconds
Echo = tuple[int, list[bytes]]


@pytest.fixture
def echo() -> Iterator[Echo]:
    """A server that says again what it hears: its port, and all it has heard."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve(connection: socket.socket) -> None:
            with connection:
                while data := connection.recv(1000):
                    heard.append(data)
                    connection.sendall(data)

        def accept() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=serve, args=[connection], daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield listener.getsockname()[1], heard
        listener.shutdown(socket.SHUT_RDWR)


def connected(wire: Wire) -> closing[socket.socket]:
    return closing(socket.create_connection(("127.0.0.1", wire.port), PATIENCE))


def says(connection: socket.socket, data: bytes) -> bytes:
    connection.sendall(data)
    return connection.recv(1000)


def has_ended(connection: socket.socket) -> bool:
    try:
        return connection.recv(1000) == b""
    except ConnectionResetError:
        return True


def test_it_carries_and_counts_both_ways(echo: Echo) -> None:
    with Wire(echo[0]) as wire, connected(wire) as connection:
        assert says(connection, b"hello") == b"hello"
        assert wire.bytes == 10


def test_an_end_at_either_side_is_passed_on(echo: Echo) -> None:
    with Wire(echo[0]) as wire, connected(wire) as connection:
        connection.shutdown(socket.SHUT_WR)
        assert has_ended(connection)


def test_a_cut_ends_all_connections_and_lets_none_in_until_it_is_mended(echo: Echo) -> None:
    with Wire(echo[0]) as wire, connected(wire) as before:
        assert says(before, b"hello") == b"hello"
        wire.cut()
        assert has_ended(before)
        with connected(wire) as meanwhile:
            assert has_ended(meanwhile)
        wire.mend()
        with connected(wire) as after:
            assert says(after, b"again") == b"again"


def test_who_is_connected_does_not_notice_a_stall_until_it_is_mended(echo: Echo) -> None:
    port, heard = echo
    with Wire(port) as wire, connected(wire) as before:
        assert says(before, b"hello") == b"hello"
        wire.stall()
        before.sendall(b"lost")
        before.settimeout(0.2)
        with pytest.raises(TimeoutError):
            before.recv(1000)
        wire.mend()
        before.settimeout(PATIENCE)
        assert has_ended(before)
        assert (heard, wire.bytes) == ([b"hello"], 10)


def test_a_server_that_is_gone_ends_the_connection_and_one_at_another_port_takes_over(echo: Echo) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        nobody = listener.getsockname()[1]
    with Wire(nobody) as wire:
        with connected(wire) as connection:
            assert has_ended(connection)
        wire.target = echo[0]
        with connected(wire) as connection:
            assert says(connection, b"hello") == b"hello"


def test_it_leaves_no_thread(echo: Echo) -> None:
    before = threading.active_count()
    with Wire(echo[0]) as wire, connected(wire) as connection:
        says(connection, b"hello")
        assert threading.active_count() > before
    assert not [thread for thread in threading.enumerate() if thread is wire._thread]
