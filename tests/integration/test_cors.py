"""Other sites (CORS, Fetch standard): sites that the operator names may use bearer tokens, and nobody our cookies."""

import pytest
from corsheaders.conf import conf
from django.conf import LazySettings
from django.test import Client

from backend.accounts.models import User
from backend.accounts.services import token_create

pytestmark = pytest.mark.django_db

NAMED = "https://shop.example.org"
OTHERS = (
    "null",  # a sandboxed frame, a file
    "https://evil.example",
    "http://shop.example.org",
    "https://shop.example.org:8443",
    "https://shop.example.org.evil.example",
    "https://evil.example/https://shop.example.org",
    "https://sub.shop.example.org",
    "*",
    "",
)
ALLOW = "Access-Control-Allow-Origin"


@pytest.fixture
def asked(settings: LazySettings, alice: User) -> Client:
    """A client with a token, of a server that names one other site."""
    settings.CORS_ALLOWED_ORIGINS = [NAMED]
    secret = token_create(user=alice, name="a shop")[1]
    return Client(headers={"Authorization": f"Bearer {secret}"})


def test_a_site_that_is_named_may_read_answers_but_send_no_cookie(asked: Client) -> None:
    response = asked.get("/api/v1/me", headers={"Origin": NAMED})
    assert response[ALLOW] == NAMED, "exactly this one, never *"
    assert "Access-Control-Allow-Credentials" not in response
    assert "origin" in response["Vary"].lower()


@pytest.mark.parametrize("origin", OTHERS)
def test_no_other_site_may(origin: str, asked: Client) -> None:
    response = asked.get("/api/v1/me", headers={"Origin": origin})
    assert ALLOW not in response
    assert "origin" in response["Vary"].lower(), "a cache may not mix answers up"
    question = {"Origin": origin, "Access-Control-Request-Method": "PATCH"}
    assert ALLOW not in asked.options("/api/v1/me", headers=question)


def test_without_the_setting_nobody_is_named() -> None:
    assert conf.CORS_ALLOWED_ORIGINS == []
    assert not conf.CORS_ALLOW_ALL_ORIGINS
    assert not conf.CORS_ALLOW_CREDENTIALS


@pytest.mark.parametrize("path", ["/", "/admin/login/", "/healthz", "/demo/mail", "/n/x"])
def test_only_the_api_is_for_other_sites(path: str, asked: Client) -> None:
    assert ALLOW not in asked.get(path, headers={"Origin": NAMED})
