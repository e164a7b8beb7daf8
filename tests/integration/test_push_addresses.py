"""Where a listed name leads: to the internet only, and to the address that was looked at."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from requests_hardened.ip_filter import InvalidIPAddress

from worker.channels.webpush import line
from worker.channels.webpush.line import Line, is_public

INTERNAL = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",  # noqa: S104
    "0.1.2.3",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",  # carrier-grade NAT (RFC 6598)
    "100.127.255.254",
    "192.0.0.8",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "192.88.99.1",  # relays of 6to4
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",  # IPv4-compatible
    "::ffff:127.0.0.1",  # IPv4-mapped
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:0:7f00:1",  # IPv4-translated
    "64:ff9b::7f00:1",  # NAT64
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::a00:1",
    "2002:7f00:1::",  # 6to4
    "2002:a9fe:a9fe::1",
    "2001:0:7f00:1::1",  # Teredo
    "2001:db8::1",
    "2001:20::1",
    "3fff::1",
    "5f00::1",
    "100::1",
    "fe80::1",
    "febf::1",
    "fc00::1",
    "fd00:ec2::254",
    "fec0::1",  # site-local
    "ff02::1",
    "ff0e::1",
    "4000::1",  # assigned to nobody
]
PUBLIC = ["8.8.8.8", "142.250.185.74", "2001:4860:4860::8888", "2606:4700::1111"]


class Names:
    """Instead of the resolver: the next answer for each look-up of a name. What is dialled is noted, and refused."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []
        self.dialled: list[str] = []

    def getaddrinfo(self, host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        self.asked.append(host)
        addresses = self.answers.pop(0)
        return [
            (
                socket.AF_INET6 if ":" in address else socket.AF_INET,
                socket.SOCK_STREAM,
                6,
                "",
                (address, port),
            )
            for address in addresses
        ]

    def create_connection(self, address: tuple[str, int], *_: Any, **__: Any) -> socket.socket:
        self.dialled.append(address[0])
        raise ConnectionRefusedError


def push(monkeypatch: pytest.MonkeyPatch, names: Names, *, times: int = 1) -> list[Exception]:
    monkeypatch.setattr(socket, "getaddrinfo", names.getaddrinfo)
    monkeypatch.setattr("urllib3.util.connection.create_connection", names.create_connection)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    faults: list[Exception] = []
    listed = Line(loopback=False)
    for _ in range(times):
        try:
            listed.push("https://fcm.googleapis.com/x", b"x", {}, until=time.monotonic() + 5)
        except (requests.RequestException, OSError) as fault:
            faults.append(fault)
    listed.close()
    return faults


@pytest.mark.parametrize("address", INTERNAL)
def test_a_name_that_leads_inside_is_not_dialled(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    names = Names([address])
    (fault,) = push(monkeypatch, names)
    assert isinstance(fault, InvalidIPAddress)
    assert names.dialled == []


@pytest.mark.parametrize("address", PUBLIC)
def test_a_name_that_leads_to_the_internet_is_dialled_by_its_address(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = Names([address])
    (fault,) = push(monkeypatch, names)
    assert isinstance(fault, requests.ConnectionError)
    assert [dialled.strip("[]") for dialled in names.dialled] == [address]


def test_a_name_is_looked_up_once_for_the_check_and_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    names = Names(["8.8.8.8"], ["127.0.0.1"])
    push(monkeypatch, names)
    assert (names.asked, names.dialled) == (["fcm.googleapis.com"], ["8.8.8.8"])


def test_a_name_that_leads_elsewhere_the_second_time_is_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    names = Names(["8.8.8.8"], ["169.254.169.254"], ["127.0.0.1"])
    first, *others = push(monkeypatch, names, times=3)
    assert isinstance(first, requests.ConnectionError)
    assert all(isinstance(fault, InvalidIPAddress) for fault in others)
    assert names.dialled == ["8.8.8.8"]


def test_of_two_addresses_the_one_that_was_checked_is_dialled(monkeypatch: pytest.MonkeyPatch) -> None:
    names = Names(["8.8.8.8", "127.0.0.1"])
    push(monkeypatch, names)
    assert names.dialled == ["8.8.8.8"]


@pytest.mark.parametrize("address", [*PUBLIC, "10.0.0.1", "169.254.169.254"])
def test_what_is_listed_on_this_machine_leads_nowhere_else(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    names = Names([address])
    monkeypatch.setattr(socket, "getaddrinfo", names.getaddrinfo)
    monkeypatch.setattr("urllib3.util.connection.create_connection", names.create_connection)
    local = Line(loopback=True)
    with pytest.raises(InvalidIPAddress):
        local.push("http://localhost:9090/x", b"x", {}, until=time.monotonic() + 5)
    local.close()
    assert names.dialled == []


def test_only_assigned_addresses_are_public() -> None:
    assert all(is_public(address) for address in PUBLIC)
    assert not is_public("fec0::1")
    assert not is_public("::7f00:1")


@pytest.fixture
def mute() -> Iterator[int]:
    """The port of a server that shakes hands in TLS byte by byte and never ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    closing = threading.Event()

    def drip() -> None:
        with listener.accept()[0] as connection:
            connection.sendall(b"\x16\x03\x03\x40\x00")  # a record of 16 KiB is coming
            while not closing.wait(0.2):
                try:
                    connection.sendall(b"\x02")
                except OSError:
                    return

    thread = threading.Thread(target=drip)
    thread.start()
    yield listener.getsockname()[1]
    closing.set()
    thread.join()
    listener.close()


def test_a_handshake_without_an_end_is_cut(mute: int) -> None:
    listed = Line(loopback=True)
    started = time.monotonic()
    with pytest.raises((requests.RequestException, ssl.SSLError, OSError)):
        listed.push(f"https://127.0.0.1:{mute}/x", b"x", {}, until=started + 1)
    listed.close()
    assert time.monotonic() - started < line.TIMEOUT[1]


def test_a_connection_that_is_made_too_late_is_not_used(mute: int) -> None:
    listed = Line(loopback=True)
    with pytest.raises((requests.RequestException, OSError)):
        listed.push(f"https://127.0.0.1:{mute}/x", b"x", {}, until=time.monotonic() - 1)
    listed.close()
