"""Addresses of peers, as far as they tell one customer of a network from another."""

from ipaddress import IPv6Address, ip_address, ip_network

IPV6_PREFIX = 64  # bits; a customer gets at least so many addresses (RFC 6177), and may use another one each time


def peer_network(address: str) -> str:
    """The address itself for IPv4, its /64 for IPv6; what is no address stays as it is."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or ip_network((parsed, IPV6_PREFIX), strict=False))
    return str(parsed)
