"""Who may keep an answer: nobody, unless it holds nothing personal. Tested at every address that the URLconf knows."""

from http import HTTPStatus

import pytest
from django.conf import settings
from django.contrib import admin
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from backend.accounts.models import User
from backend.accounts.services import token_create
from backend.config.policies import CREDENTIALS
from tests.routes import all_patterns

pytestmark = pytest.mark.django_db

# The same for everybody, and asked for anew each time: nothing in it is anybody's.
FOR_EVERYBODY = {"", "c/<int:conversation_id>", "c/<int:conversation_id>/<int:seq>", "settings"}
FOR_EVERYBODY |= {"manifest.webmanifest", "sw.js"}
# Polls, which a browser has to be able to ask about with the ETag that it holds.
POLLS = {"api/v1/sync", "api/v1/conversations/<int:conversation_id>/messages?after=0"}
# In the language of who asks, and of no one person.
BY_LANGUAGE = {"accessibility"}
ADDRESSES = [path for path, _ in all_patterns()]
METHODS = ("get", "post", "put", "patch", "delete")


def filled(path: str, direct: int) -> str:
    path = path.replace("<int:conversation_id>", str(direct)).replace("<str:emoji>", "%F0%9F%91%8D")
    for kind in ("int", "str", "uuid", "path"):
        while f"<{kind}:" in path:
            before, _, rest = path.partition(f"<{kind}:")
            path = f"{before}1{rest.partition('>')[2]}"
    return f"/{path}"


def assert_private(response: HttpResponse) -> None:
    directives = {name.strip() for name in response["Cache-Control"].split(",")}
    assert {"private", "no-store"} <= directives, response.headers
    assert set(CREDENTIALS) <= {name.strip() for name in response["Vary"].split(",")}, response.headers


def clients(person: User) -> dict[str, Client]:
    browser = Client(raise_request_exception=False)
    browser.force_login(person)
    token = token_create(user=person, name="a bot")[1]
    bot = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {token}"})
    return {"signed in": browser, "by token": bot, "a stranger": Client(raise_request_exception=False)}


@pytest.mark.parametrize("path", [path for path in ADDRESSES if path not in FOR_EVERYBODY | BY_LANGUAGE | POLLS])
def test_no_cache_keeps_an_answer_whoever_asks_for_it_and_however(path: str, alice: User, direct: int) -> None:
    for client in clients(alice).values():
        for method in METHODS:
            assert_private(getattr(client, method)(filled(path, direct), content_type="application/json"))


@pytest.mark.parametrize("path", sorted(POLLS))
def test_a_poll_may_be_kept_by_the_browser_that_made_it_only_to_ask_about_it(
    path: str, alice: User, direct: int
) -> None:
    answers = {who: client.get(filled(path, direct)) for who, client in clients(alice).items()}
    assert_private(answers.pop("a stranger"))
    for response in answers.values():
        assert response.status_code == HTTPStatus.OK
        assert response["Cache-Control"] == "private, no-cache"
        assert set(CREDENTIALS) <= {name.strip() for name in response["Vary"].split(",")}


@pytest.mark.parametrize("path", sorted(FOR_EVERYBODY))
def test_what_is_the_same_for_everybody_is_the_same_for_everybody(path: str, alice: User, direct: int) -> None:
    answers = [client.get(filled(path, direct)) for client in clients(alice).values()]
    assert len({answer.content for answer in answers}) == 1
    assert {answer["Cache-Control"] for answer in answers} == {"no-cache"}


@pytest.mark.parametrize("path", ["/nothing", "/api/v1/nothing", "/admin/nothing", "/c/x"])
def test_nor_one_that_nothing_was_found(path: str) -> None:
    assert_private(Client().get(path))


@pytest.mark.parametrize("name", sorted(model._meta.label_lower.replace(".", "_") for model in admin.site._registry))
def test_nor_any_list_of_the_admin(name: str, alice: User) -> None:
    alice.is_staff = alice.is_superuser = True
    alice.save()
    browser = Client()
    assert_private(browser.get(reverse(f"admin:{name}_changelist")))
    browser.force_login(alice)
    response = browser.get(reverse(f"admin:{name}_changelist"))
    assert response.status_code == HTTPStatus.OK
    assert_private(response)


def test_signing_out_empties_the_browser_s_cache_and_nothing_else(alice: User) -> None:
    browser = Client()
    browser.force_login(alice)
    response = browser.post("/api/v1/auth/logout", {}, content_type="application/json")
    assert response["Clear-Site-Data"] == '"cache"', "cookies and storage would take the service worker with them"
    assert settings.SESSION_COOKIE_NAME in response.cookies
