"""Whose address counts when proxies stand in between."""

from typing import Any

import pytest

from backend.api.addresses import address_block
from backend.config.peers import peer, scope_peer

PROXY, CLIENT, LIAR = "127.0.0.1", "192.0.2.7", "203.0.113.9"


@pytest.mark.parametrize(
    ("trusted", "connected", "forwarded_for", "asks"),
    [
        ([PROXY], CLIENT, "", CLIENT),
        ([PROXY], PROXY, "", PROXY),
        ([PROXY], PROXY, CLIENT, CLIENT),
        ([PROXY], CLIENT, LIAR, CLIENT),
        ([PROXY], PROXY, f"{LIAR}, {CLIENT}", CLIENT),
        ([PROXY, "10.0.0.0/8"], PROXY, f"{LIAR}, {CLIENT},10.1.2.3", CLIENT),
        ([PROXY], PROXY, f"{CLIENT}, {PROXY}", CLIENT),
        (["192.0.2.1", " 127.0.0.0/8 "], PROXY, CLIENT, CLIENT),
        (["nonsense/8"], PROXY, CLIENT, PROXY),
        (["*"], PROXY, f"{LIAR}, {CLIENT}", CLIENT),
        (["*"], PROXY, f"{LIAR}, {LIAR}, {CLIENT}:4711", CLIENT),
        (["10.0.0.0/8"], "10.0.0.1", f"{LIAR}, 10.1.1.1", "10.1.1.1"),  # a client in the proxies' network
        (["*"], "", CLIENT, CLIENT),  # a proxy at a Unix socket has no address
        ([PROXY], "", CLIENT, ""),
        ([PROXY], PROXY, f"{CLIENT}:4711", CLIENT),
        ([PROXY], PROXY, "[2001:db8::7]:4711", "2001:db8::7"),
        ([PROXY], PROXY, "2001:db8::7", "2001:db8::7"),
        (["2001:db8::/32"], "2001:db8::1", CLIENT, CLIENT),
        ([PROXY], PROXY, " , ,", PROXY),
        ([PROXY], PROXY, "nonsense", "nonsense"),
    ],
)
def test_it_is_the_last_one_a_trusted_proxy_vouches_for(
    trusted: list[str], connected: str, forwarded_for: str, asks: str, settings: Any
) -> None:
    settings.FORWARDED_ALLOW_IPS = trusted
    assert peer(connected, forwarded_for) == asks


@pytest.mark.parametrize(
    ("proxies", "trusted", "forwarded_for", "asks"),
    [
        (1, ["*"], f"{LIAR}, {CLIENT}, 10.0.0.9", "10.0.0.9"),
        (2, ["*"], f"{LIAR}, {CLIENT}, 10.0.0.9", CLIENT),
        (2, ["*"], CLIENT, CLIENT),
        (2, ["10.0.0.0/8"], f"{LIAR}, {CLIENT}, 10.0.0.9", CLIENT),
        (3, ["10.0.0.0/8"], f"{LIAR}, {CLIENT}, 10.0.0.9", CLIENT),
        (1, ["10.0.0.1", "10.0.0.0/8"], f"{LIAR}, 10.1.1.1, 10.0.0.9", "10.1.1.1"),
    ],
)
def test_as_many_hops_are_believed_as_there_are_proxies(
    proxies: int, trusted: list[str], forwarded_for: str, asks: str, settings: Any
) -> None:
    settings.FORWARDED_ALLOW_IPS, settings.HARK_PROXIES = trusted, proxies
    assert peer("10.0.0.1", forwarded_for) == asks


@pytest.mark.parametrize(
    ("address", "key"),
    [
        (CLIENT, CLIENT),
        ("2001:db8:1:2:aaaa::7", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", CLIENT),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("x" * 1000, "x" * 45),
    ],
)
def test_an_ipv6_subscriber_is_one_peer(address: str, key: str) -> None:
    assert address_block(address) == key


def test_the_peer_of_a_scope_is_the_one_of_the_environ(settings: Any) -> None:
    settings.FORWARDED_ALLOW_IPS = [PROXY]
    fields = [(b"x-forwarded-for", LIAR.encode()), (b"x-forwarded-for", b"2001:db8::7")]
    assert scope_peer({"headers": fields, "client": (PROXY, 1)}) == "2001:db8::/64"
    assert scope_peer({"headers": fields, "client": (CLIENT, 1)}) == CLIENT
    assert scope_peer({"headers": [], "client": None}) == ""
