"""Sessions and the settings that sign them."""

from typing import Any

from django.test import Client

from backend.accounts.models import User


def test_a_session_outlives_a_new_secret_key(alice: User, settings: Any) -> None:
    browser = Client()
    browser.force_login(alice)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 50, [settings.SECRET_KEY]
    assert browser.get("/api/v1/me").json()["id"] == alice.id
    settings.SECRET_KEY_FALLBACKS = []
    assert browser.get("/api/v1/me").json()["id"] == alice.id
