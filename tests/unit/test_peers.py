"""Whose address counts when proxies stand in between."""

from typing import Any

import pytest

from backend.config.peers import peer

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
        (["*"], PROXY, f"{CLIENT}, {LIAR}", CLIENT),
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
