"""What another site makes a browser ask for, with our cookie (Fetch Metadata, W3C)."""

from http import HTTPStatus

import pytest
from django.test import Client

from backend.accounts.models import User
from backend.accounts.services import token_create
from tests.routes import fill, operations

pytestmark = pytest.mark.django_db

OTHERS = ("cross-site", "same-site")


@pytest.fixture
def browser(alice: User) -> Client:
    browser = Client()
    browser.force_login(alice)
    return browser


@pytest.mark.parametrize("site", OTHERS)
@pytest.mark.parametrize(("method", "path"), operations())
def test_another_site_cannot_use_the_session(site: str, method: str, path: str, browser: Client, direct: int) -> None:
    where = f"/api/v1/{fill(path, conversation_id=direct)}"
    mode = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors"}
    response = browser.generic(method.upper(), where, b"{}", content_type="application/json", headers=mode)
    assert response.status_code == HTTPStatus.FORBIDDEN
    assert response.json()["code"] == "csrf_failed"


@pytest.mark.parametrize("site", OTHERS)
def test_nor_by_posting_a_form(site: str, browser: Client) -> None:
    fields = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate"}
    assert browser.post("/admin/login/", headers=fields).status_code == HTTPStatus.FORBIDDEN
    assert browser.post("/api/v1/auth/logout", headers=fields).status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("site", OTHERS)
def test_a_link_on_another_site_opens_the_page(site: str, browser: Client) -> None:
    fields = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert browser.get("/c/1", headers=fields).status_code == HTTPStatus.OK


@pytest.mark.parametrize("site", ["same-origin", "none", None, "made-up"])
def test_our_page_and_old_browsers_go_on_as_before(site: str | None, browser: Client) -> None:
    fields = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "cors"} if site else {}
    assert browser.get("/api/v1/me", headers=fields).status_code == HTTPStatus.OK


def test_a_token_from_another_site_is_not_concerned(alice: User, browser: Client) -> None:
    secret = token_create(user=alice, name="a bot")[1]
    fields = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors", "Authorization": f"Bearer {secret}"}
    assert browser.get("/api/v1/me", headers=fields).status_code == HTTPStatus.OK
    assert Client().get("/api/v1/me", headers=fields).status_code == HTTPStatus.OK


def test_a_stranger_s_request_from_another_site_is_answered_as_any_stranger_s() -> None:
    fields = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    assert Client().get("/api/v1/me", headers=fields).status_code == HTTPStatus.UNAUTHORIZED
    assert Client().get("/healthz", headers=fields).status_code == HTTPStatus.OK
