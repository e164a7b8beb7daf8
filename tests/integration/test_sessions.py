"""Sessions and the settings that sign them."""

from typing import Any

from django.test import Client, RequestFactory
from rest_framework.request import Request

from backend.accounts.models import FORMER_KEY_LIFE, User
from backend.accounts.sessions import SessionStore
from backend.live.watch import SLOT, Watch, tell_gate


def test_a_session_outlives_a_new_secret_key(alice: User, settings: Any) -> None:
    browser = Client()
    browser.force_login(alice)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 50, [settings.SECRET_KEY]
    assert browser.get("/api/v1/me").json()["id"] == alice.id
    settings.SECRET_KEY_FALLBACKS = []
    assert browser.get("/api/v1/me").json()["id"] == alice.id


def test_the_gate_does_not_trust_a_former_key_for_longer_than_it_lasts(alice: User) -> None:
    browser = Client()
    browser.force_login(alice)
    former = browser.cookies["sessionid"].value
    SessionStore(former).cycle_key()
    for lasts, expected in ((None, FORMER_KEY_LIFE.total_seconds()), (2.0, 2.0)):
        scope: dict[str, Any] = {SLOT: None}
        request = RequestFactory().get("/", **{"asgi.scope": scope})
        request.session = SessionStore(former)
        assert request.session["_auth_user_id"] == str(alice.id)
        watch = Watch(alice.id, 1, '"a"', "", nothing_new=True, takes=frozenset(), lasts=lasts)
        assert tell_gate(Request(request), watch)
        assert scope[SLOT].lasts == expected
