"""The key under which an address is counted. Every limit by address uses this function."""

from ipaddress import IPv6Address, ip_address, ip_network

SUBSCRIBER_BITS = 64  # of IPv6: one subscriber has at least a /64 (RFC 6177), so they can use any address in it
TEXT_MAX = 45  # characters: the longest IPv6 address as text


def peer_key(address: str) -> str:
    """IPv4: the address. IPv6: its /64 network; a mapped IPv4 address (::ffff:192.0.2.7) counts as IPv4.

    A text that is no address is cut to TEXT_MAX characters; the empty text means that there is no address.
    """
    try:
        parsed = ip_address(address.partition("%")[0])  # fe80::1%eth0: the zone names an interface of this machine
    except ValueError:
        return address[:TEXT_MAX]
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ip_network((parsed, SUBSCRIBER_BITS), strict=False))
