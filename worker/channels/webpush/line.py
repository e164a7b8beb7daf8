"""A connection to a push service, with bounds on all that the other side decides: where it is, how long it takes, how
much it says. `requests-hardened` pins the address that was looked at, and follows no redirect.
"""

import ipaddress
import socket
import threading
import time
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests_hardened import Config, HTTPSession
from requests_hardened.ip_filter import InvalidIPAddress
from requests_hardened.ip_filter_adapter import IPFilterAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

TIMEOUT = (3.0, 5.0)  # seconds to connect, and between two bytes
WORDS_MAX = 1024  # bytes that are read of an answer: enough for the reason of a refusal
GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")  # all that is assigned of IPv6 (RFC 4291, 2.4)


@dataclass(frozen=True)
class Answer:
    """What a push service said."""

    status: int
    retry_after: str
    words: str


def is_public(address: str) -> bool:
    """Whether this is an address of the internet, by what `requests-hardened` does not look at: of IPv6 only what is
    assigned, which leaves out site-local, IPv4-compatible and translated addresses."""
    ip = ipaddress.ip_address(address)
    return ip.is_global and not ip.is_multicast and (ip.version == 4 or ip in GLOBAL_UNICAST)


class Line:
    """One push at a time, on one connection as long as it is kept. Used by one thread; `hang_up` by any."""

    def __init__(self, *, loopback: bool) -> None:
        """`loopback`: to this machine, and nowhere else."""
        self._lock = threading.Lock()
        self._guard: socket.socket | None = None  # the connection, whatever becomes of the objects that wrap it
        self._until = 0.0
        self._session = _session(loopback=loopback)

    def push(self, url: str, body: bytes, headers: dict[str, str], *, until: float) -> Answer:
        """POST, and the answer, before `until` (time.monotonic). Raises requests.RequestException or OSError."""
        self._until = until
        timer = threading.Timer(max(0.0, until - time.monotonic()), self.hang_up)
        timer.daemon = True
        timer.start()
        token = _line.set(self)
        try:
            with self._session.post(url, data=body, headers=headers, stream=True) as response:
                words, is_all = _words(response)
            if not is_all:
                self.hang_up()
            return Answer(response.status_code, response.headers.get("Retry-After", ""), words)
        finally:
            timer.cancel()
            _line.reset(token)

    def opened(self, made: socket.socket) -> None:
        """There is a new connection, in place of the last one. Raises TimeoutError if it comes too late."""
        self.hang_up()
        with self._lock:
            self._guard = made.dup()
        if time.monotonic() >= self._until:
            self.hang_up()
            made.close()
            raise TimeoutError

    def hang_up(self) -> None:
        """End the connection: whoever reads from it or shakes hands over it gets an error at once."""
        with self._lock:
            guard, self._guard = self._guard, None
        if guard is not None:
            with suppress(OSError):  # the other side was faster
                guard.shutdown(socket.SHUT_RDWR)
            guard.close()

    def close(self) -> None:
        self._until = 0.0
        self.hang_up()
        self._session.close()


_line: ContextVar[Line] = ContextVar("line")


def _session(*, loopback: bool) -> requests.Session:
    session: requests.Session = HTTPSession(
        Config(
            ip_filter_enable=True,
            ip_filter_allow_loopback_ips=loopback,
            never_redirect=True,
            default_timeout=TIMEOUT,
            user_agent_override="Hark",
        )
    )
    session.trust_env = False  # no proxy and no .netrc of the environment
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
    session.mount("https://", _Adapter(is_https_proto=True, allow_loopback=loopback))
    session.mount("http://", _Adapter(is_https_proto=False, allow_loopback=loopback))
    return session


class _Adapter(IPFilterAdapter):  # type: ignore[misc]  # it has no types
    """Looks once more at the address that was pinned."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        address = host["host"].strip("[]")
        good = ipaddress.ip_address(address).is_loopback if self._allow_loopback else is_public(address)
        if not good:
            raise InvalidIPAddress(address)
        return host, pool


class _HttpConnection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        made = super()._new_conn()
        _line.get().opened(made)
        return made


class _HttpsConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        made = super()._new_conn()
        _line.get().opened(made)
        return made


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _HttpConnection


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _HttpsConnection


def _words(response: requests.Response) -> tuple[str, bool]:
    """The beginning of the body in one line, and whether there is no more of it.

    The status is known by then: whatever happens here changes nothing.
    """
    words, part = b"", b" "
    with suppress(Exception):
        while part and len(words) < WORDS_MAX:
            part = response.raw.read1(WORDS_MAX - len(words), decode_content=False)
            words += part
    text = " ".join(words.decode(errors="replace").split())
    return "".join(c for c in text if c.isprintable()), not part
