"""Where a push may be sent. Anybody can register an endpoint, and the server then sends there: so only to hosts of the
list in HARK_PUSH_HOSTS, looked at when the endpoint is saved and again before each send.

The address that is requested is put together anew from its checked parts, so that no two parsers can disagree about it.
"""

import re
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from django.conf import settings

from backend.notifications.models import ENDPOINT_MAX
from backend.notifications.push.errors import EndpointRefused

HTTPS = 443
DEFAULT_PORTS = {"https": HTTPS, "http": 80}
LOOPBACK = frozenset({"127.0.0.1", "localhost"})  # plain http and this machine: only where they are listed with a port
VISIBLE = re.compile(r"[!-\[\]-~]+")  # ASCII without space, controls and backslash: all that a URI has (RFC 3986)
LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
NAME = re.compile(rf"{LABEL}(?:\.{LABEL})*\.(?!\d+$|0x[0-9a-f]*$){LABEL}")  # two labels or more, and no IP address


@dataclass(frozen=True)
class Endpoint:
    """An address that was checked. `path` has the query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> str:
        """RFC 6454: what a VAPID token is good for."""
        port = "" if self.port == DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}"

    @property
    def url(self) -> str:
        return f"{self.origin}{self.path}"

    @property
    def is_local(self) -> bool:
        """On this machine, for tests."""
        return self.host in LOOPBACK


@dataclass(frozen=True)
class Pattern:
    """An entry of the list."""

    host: str
    port: int
    subdomains: bool  # any subdomain, and not the host itself

    def allows(self, host: str, port: int) -> bool:
        return port == self.port and (host.endswith(f".{self.host}") if self.subdomains else host == self.host)


def endpoint_check(text: str) -> Endpoint:
    """The endpoint, in its one spelling. Raises EndpointRefused."""
    if len(text) > ENDPOINT_MAX or not VISIBLE.fullmatch(text):
        raise EndpointRefused
    try:
        parts = urlsplit(text)
        host, port = host_spelled(parts.hostname or ""), parts.port
    except ValueError as fault:
        raise EndpointRefused from fault
    if parts.scheme not in DEFAULT_PORTS or "@" in parts.netloc or "#" in text:
        raise EndpointRefused
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    endpoint = Endpoint(parts.scheme, host, DEFAULT_PORTS[parts.scheme] if port is None else port, path)
    listed = any(pattern.allows(endpoint.host, endpoint.port) for pattern in _patterns())
    if not listed or (endpoint.scheme == "http" and not endpoint.is_local):
        raise EndpointRefused
    return endpoint


def host_spelled(host: str) -> str:
    """In lower case, in IDNA's ASCII form (RFC 3490), without the dot of the root. Raises ValueError."""
    return host.encode("idna").decode().lower().removesuffix(".")


@cache
def pattern_parse(entry: str) -> Pattern:
    """`host`, `*.host` or `host:port`. Raises ValueError for anything else."""
    name, colon, port = entry.strip().partition(":")
    subdomains, host = name.startswith("*."), host_spelled(name.removeprefix("*."))
    if colon and not (port.isascii() and port.isdecimal() and 0 < int(port) < 65536):
        raise ValueError(f"{entry!r}: {port!r} is no port")
    if host in LOOPBACK:
        if not port or subdomains:
            raise ValueError(f"{entry!r}: this machine needs a port, as in 127.0.0.1:9090")
    elif not NAME.fullmatch(host):
        raise ValueError(f"{entry!r} is no host name of a push service")
    return Pattern(host, int(port or HTTPS), subdomains)


def _patterns() -> list[Pattern]:
    return [pattern_parse(entry) for entry in settings.HARK_PUSH_HOSTS]
