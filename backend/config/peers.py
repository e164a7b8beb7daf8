"""Who asks, when proxies stand in between."""

import re
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from django.conf import settings

from backend.api.addresses import address_block
from backend.live.answers import Scope

# `192.0.2.1:4711` and `[2001:db8::1]:4711` are addresses with a port, `2001:db8::1` is one without.
WITH_PORT = re.compile(r"\[(?P<v6>[^\]]*)\](:\d+)?|(?P<v4>[^:]*):\d+")
ANY = "*"


def peer(connected: str, forwarded_for: str) -> str:
    """The address of who asks: from hop to hop of X-Forwarded-For outwards, as long as the last one is trusted.

    `connected` is who opened the connection. FORWARDED_ALLOW_IPS says whom to trust. An address that stands there by
    itself is trusted wherever it comes. `*` and networks also fit clients, which write what they like into the field;
    so these vouch for at most HARK_PROXIES hops, counted from the server.
    """
    counted = 0
    for hop in reversed(forwarded_for.split(",")):
        if not is_listed(connected):
            if counted == settings.HARK_PROXIES or not is_trusted(connected):
                break
            counted += 1
        match = WITH_PORT.fullmatch(hop.strip())
        connected = (match["v6"] or match["v4"] if match else hop.strip()) or connected
    return connected


def is_listed(address: str) -> bool:
    """Whether FORWARDED_ALLOW_IPS names exactly this address."""
    return address != ANY and any(address == entry.strip() for entry in settings.FORWARDED_ALLOW_IPS)


def is_trusted(address: str) -> bool:
    """Whether it may be a proxy of ours: listed, or inside of what is."""
    if is_listed(address):
        return True
    trusted = [entry.strip() for entry in settings.FORWARDED_ALLOW_IPS]
    if ANY in trusted:
        return True
    networks = [network for entry in trusted if "/" in entry and (network := _network(entry))]
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in networks)


@lru_cache(maxsize=64)
def _network(entry: str) -> IPv4Network | IPv6Network | None:
    """A network of the settings; None if it is none."""
    try:
        return ip_network(entry, strict=False)
    except ValueError:
        return None


def scope_peer(scope: Scope) -> str:
    """The key under which the address that asks is counted, from an ASGI scope."""
    forwarded_for = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for")
    connected = scope["client"][0] if scope.get("client") else ""  # none at a Unix socket
    return address_block(peer(connected, forwarded_for.decode("latin-1")))


def scope_is_secure(scope: Scope) -> bool:
    """Whether the client came by https, as a trusted proxy tells it."""
    connected = scope["client"][0] if scope.get("client") else ""
    told = [value for name, value in scope["headers"] if name == b"x-forwarded-proto"]
    if told in ([b"http"], [b"https"]) and is_trusted(connected):
        return told == [b"https"]
    return bool(scope.get("scheme", "http") == "https")
