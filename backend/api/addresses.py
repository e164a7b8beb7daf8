"""The network address of the client, as limits count it."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.http import HttpRequest
from rest_framework.request import Request

TEXT_MAX = 45  # characters: the longest IPv6 address as text
IPV6_PREFIX = 64  # bits; one customer has at least a /64 (RFC 6177), so its 2^64 addresses are one client


def client_ip(request: HttpRequest | Request) -> str:
    """The client's address as limits count it (see `address_block`).

    The web server has already read X-Forwarded-For from the proxies that it trusts.
    """
    return address_block(str(request.META.get("REMOTE_ADDR", "")))


def address_block(ip: str) -> str:
    """An IPv4 address as it is, an IPv6 address as its /64, an IPv4-mapped one (RFC 4291, 2.5.5.2) as IPv4.

    A text that is no address is cut to TEXT_MAX characters, so that it can be a key.
    """
    try:
        address = ip_address(ip.partition("%")[0])
    except ValueError:
        return ip[:TEXT_MAX]
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((int(address), IPV6_PREFIX), strict=False))
