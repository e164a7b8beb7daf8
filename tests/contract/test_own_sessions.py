"""Where somebody is signed in: the list of sessions and tokens, and ending one or all."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from backend.accounts.models import ApiToken, Session, User
from backend.accounts.services import token_create
from backend.notifications.models import PushSubscription
from tests.conftest import PASSWORD
from tests.contract.clients import Api, Browser
from tests.problems import assert_problem
from tests.support.owed import device_of

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0"
KEYS = {"id", "device", "shared", "created_at", "last_used_at", "current"}
SESSIONS = "/api/v1/auth/sessions"
DAY = timedelta(days=1)


def signed_in(user: User, agent: str = FIREFOX, **more: Any) -> Browser:
    browser = Browser.at_the_page()
    body = {"email": user.email, "password": PASSWORD, **more}
    assert browser.send("POST", "/api/v1/auth/login", body, **{"User-Agent": agent}).status_code == 200
    return browser


def listed(browser: Browser) -> list[dict[str, Any]]:
    answer = browser.get(SESSIONS)
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()["sessions"]
    assert all(set(session) == KEYS for session in found)
    return found


def test_each_browser_is_listed_under_its_name_and_the_asking_one_is_marked(alice: User, bob: User) -> None:
    here, there = signed_in(alice), signed_in(alice, "curl/8.5", shared=True)
    signed_in(bob)
    found = listed(here)
    assert {(s["device"], s["shared"], s["current"]) for s in found} == {
        ("Firefox on Linux", False, True),
        ("Browser", True, False),
    }
    assert all(session["created_at"].endswith("Z") and session["last_used_at"].endswith("Z") for session in found)
    assert [s["current"] for s in listed(there)].count(True) == 1
    assert not any(session["current"] for session in Api(alice).get("auth/sessions").json()["sessions"])


def test_the_list_gives_no_key_away(alice: User) -> None:
    browser = signed_in(alice)
    answer = browser.get(SESSIONS)
    assert browser.cookies["sessionid"] not in answer.content.decode()
    browser.cookies["sessionid"] = answer.json()["sessions"][0]["id"]
    assert_problem(browser.get(SESSIONS), 401, "not_authenticated")


@pytest.mark.parametrize("agent", ["", "x" * 8000, "Firefox/" * 900, "<script>alert(1)</script>", "\xff\xfe"])
def test_whatever_a_browser_says_of_itself_is_told_in_our_words(agent: str, alice: User) -> None:
    (session,) = listed(signed_in(alice, agent))
    assert session["device"] in {"Browser", "Firefox"}


def test_one_session_is_ended_with_its_pushes_and_the_others_go_on(alice: User) -> None:
    here, there = signed_in(alice), signed_in(alice, "curl")
    key = there.cookies["sessionid"]
    PushSubscription.objects.filter(id=device_of(alice).id).update(session_id=key)
    other = next(session["id"] for session in listed(here) if not session["current"])
    assert here.send("DELETE", f"{SESSIONS}/{other}", {}).status_code == 204
    assert_problem(there.get("/api/v1/me"), 401, "not_authenticated")
    assert [session["current"] for session in listed(here)] == [True]
    assert not alice.push_subscriptions.exists()
    assert_problem(here.send("DELETE", f"{SESSIONS}/{other}", {}), 404, "not_found")


def test_where_one_signs_out_the_browser_forgets_what_it_holds(alice: User) -> None:
    for what in ("current", "everywhere"):
        browser = signed_in(alice)
        (current,) = [session["id"] for session in listed(browser) if session["current"]]
        answer = browser.send("DELETE", f"{SESSIONS}/{current}" if what == "current" else SESSIONS, None)
        assert (answer.status_code, answer.headers.get("Clear-Site-Data")) == (204, '"cache"'), what
        assert "sessionid" not in browser.cookies, what


def test_nobody_ends_the_session_of_another(alice: User, bob: User) -> None:
    hers, his = signed_in(alice), signed_in(bob)
    (session,) = listed(hers)
    assert_problem(his.send("DELETE", f"{SESSIONS}/{session['id']}", {}), 404, "not_found")
    assert_problem(his.send("DELETE", f"{SESSIONS}/{hers.cookies['sessionid']}", {}), 404, "not_found")
    assert hers.get("/api/v1/me").status_code == 200


def test_signing_out_everywhere_ends_sessions_tokens_and_pushes(alice: User, bob: User) -> None:
    here, there, his = signed_in(alice), signed_in(alice), signed_in(bob)
    secret = token_create(user=alice, name="a bot")[1]
    device_of(alice)
    assert here.send("DELETE", SESSIONS, {}).status_code == 204
    for browser in (here, there):
        assert_problem(browser.get("/api/v1/me"), 401, "not_authenticated")
    assert_problem(Browser().get("/api/v1/me", Authorization=f"Bearer {secret}"), 401, "token_invalid")
    assert not alice.push_subscriptions.exists()
    assert his.get("/api/v1/me").status_code == 200
    assert signed_in(alice).get("/api/v1/me").status_code == 200


def test_sessions_that_open_nothing_are_not_listed(alice: User) -> None:
    here, old = signed_in(alice), signed_in(alice)
    Session.objects.filter(session_key=old.cookies["sessionid"]).update(expire_date=timezone.now())
    assert len(listed(here)) == 1


def test_a_session_from_before_has_no_name_but_can_be_ended(alice: User) -> None:
    here, old = signed_in(alice), Browser(alice)
    Session.objects.filter(session_key=old.cookies["sessionid"]).update(device="")
    (found,) = [session for session in listed(here) if not session["current"]]
    assert found["device"] == "Browser"
    assert here.send("DELETE", f"{SESSIONS}/{found['id']}", {}).status_code == 204


def test_the_last_use_is_noted_to_the_hour(alice: User) -> None:
    browser = signed_in(alice)
    before = listed(browser)[0]["last_used_at"]
    assert listed(browser)[0]["last_used_at"] == before
    Session.objects.update(last_used_at=timezone.now() - DAY)
    browser.get("/api/v1/me")
    assert timezone.now() - Session.objects.get().last_used_at < DAY / 2


def test_the_time_of_opening_stays(alice: User) -> None:
    browser = signed_in(alice)
    opened = timezone.now() - DAY
    Session.objects.update(created_at=opened, last_used_at=opened)
    browser.get("/api/v1/me")
    assert Session.objects.get().created_at == opened


def test_tokens_tell_when_they_were_used(alice: User) -> None:
    token, secret = token_create(user=alice, name="a bot")
    browser = signed_in(alice)

    def last_used() -> Any:
        found = browser.get("/api/v1/auth/tokens").json()["tokens"]
        return next(each["last_used_at"] for each in found if each["id"] == token.id)

    assert last_used() is None
    Browser().get("/api/v1/me", Authorization=f"Bearer {secret}")
    first = last_used()
    assert first is not None
    Browser().get("/api/v1/me", Authorization=f"Bearer {secret}")
    assert last_used() == first
    ApiToken.objects.update(last_used_at=timezone.now() - DAY)
    Browser().get("/api/v1/me", Authorization=f"Bearer {secret}")
    assert last_used() > first
