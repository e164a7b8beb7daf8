"""Keys in addresses are not logged."""

import io
import logging

import pytest
from django.conf import settings
from django.core import signing

from backend.config.logs import KeysFilter, without_keys

TOKEN = signing.dumps([1, "alice@example.com", 0], salt="x")


@pytest.mark.parametrize("path", ["password/reset", "email/confirm", "signup/confirm", "n/unsubscribe"])
def test_a_link_of_a_mail_is_left_out(path: str) -> None:
    told = without_keys(f"Internal Server Error: /{path}/{TOKEN} (1 s)")
    assert told == f"Internal Server Error: /{path}/… (1 s)"


@pytest.mark.parametrize("path", ["/api/v1/conversations/12/messages/7", "/c/123456789012345", "/settings", "/"])
def test_other_addresses_are_told(path: str) -> None:
    assert without_keys(f"Internal Server Error: {path}") == f"Internal Server Error: {path}"


def test_a_handler_with_the_filter_writes_no_key() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(KeysFilter())
    log = logging.Logger("test")  # noqa: LOG001  (one that nobody else has)
    log.addHandler(handler)
    log.error("%s: %s", "Internal Server Error", f"/password/reset/{TOKEN}")
    assert stream.getvalue() == "Internal Server Error: /password/reset/…\n"


def test_every_handler_has_it() -> None:
    assert all("keys" in handler["filters"] for handler in settings.LOGGING["handlers"].values())
