"""Who asks, when proxies stand in between."""

import re
from ipaddress import ip_address, ip_network

from django.conf import settings

# `192.0.2.1:4711` and `[2001:db8::1]:4711` are addresses with a port, `2001:db8::1` is one without.
WITH_PORT = re.compile(r"\[(?P<v6>[^\]]*)\](:\d+)?|(?P<v4>[^:]*):\d+")


def peer(connected: str, forwarded_for: str) -> str:
    """The address of who asks: from hop to hop of X-Forwarded-For outwards, as long as the last one is trusted.

    `connected` is who opened the connection. FORWARDED_ALLOW_IPS says whom to trust.
    """
    for hop in reversed(forwarded_for.split(",")):
        if not is_trusted(connected):
            break
        match = WITH_PORT.fullmatch(hop.strip())
        connected = (match["v6"] or match["v4"] if match else hop.strip()) or connected
    return connected


def is_trusted(address: str) -> bool:
    """Whether it is a proxy of ours."""
    trusted = [entry.strip() for entry in settings.FORWARDED_ALLOW_IPS]
    if address in trusted or "*" in trusted:
        return True
    try:
        parsed = ip_address(address)
        return any(parsed in ip_network(entry, strict=False) for entry in trusted if "/" in entry)
    except ValueError:  # no address, or a network that is none
        return False
