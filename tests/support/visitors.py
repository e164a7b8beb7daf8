"""Many browsers at many network addresses, in the test's own process."""

from functools import cache

from django.test import Client
from django.test.client import ClientHandler


def visitor(ip: str = "127.0.0.1", *, checks_csrf: bool = False) -> Client:
    """A new browser at this address. All share one handler: making one reads every static file of the page."""
    client = Client(enforce_csrf_checks=checks_csrf, REMOTE_ADDR=ip)
    client.handler = _handler(checks_csrf)
    return client


@cache
def _handler(checks_csrf: bool) -> ClientHandler:
    return Client(enforce_csrf_checks=checks_csrf).handler
