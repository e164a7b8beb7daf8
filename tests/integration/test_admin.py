"""The operator's pages: find people and conversations, read messages, change nothing in the log."""

import re

import pytest
from django.test import Client

from backend.accounts.models import User
from backend.accounts.services import user_create
from backend.chat.models import Conversation, Message, Participant
from tests.conftest import PASSWORD, Api

LOG = ["conversation", "message"]
PAGES = [
    "/admin/",
    "/admin/accounts/user/",
    "/admin/accounts/user/?q=alice",
    "/admin/accounts/user/add/",
    "/admin/accounts/apitoken/",
    "/admin/accounts/apitoken/?q=test",
    "/admin/chat/conversation/",
    "/admin/chat/conversation/?q=alice%40example.com",
    "/admin/chat/conversation/?kind__exact=direct",
    "/admin/chat/message/",
    "/admin/notifications/burst/",
]


@pytest.fixture
def operator(db: None) -> Client:
    staff = user_create(email="ops@example.com", name="Ops", password=PASSWORD, is_staff=True)
    client = Client()
    client.force_login(staff)
    return client


@pytest.fixture
def message(alice: User, direct: int) -> Message:
    Api(alice).say(direct, "Where is the <b>key</b>?")
    return Message.objects.get()


def page_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    html = response.content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", html), "an inline script"
    assert not re.search(r"\son\w+=\"", html), "an inline handler"
    assert not re.search(r'(?:src|action)="(?:https?:)?//', html), "a file from elsewhere"
    return html


@pytest.mark.parametrize("path", PAGES)
def test_its_pages_load_and_obey_the_policy(path: str, operator: Client, message: Message) -> None:
    page_of(operator, path)
    assert "script-src 'self'" in operator.get(path)["Content-Security-Policy"]


def test_its_scripts_may_build_elements_from_strings(operator: Client) -> None:
    assert "trusted-types" not in operator.get("/admin/accounts/user/")["Content-Security-Policy"]
    assert "require-trusted-types-for 'script'" in operator.get("/")["Content-Security-Policy"]


def test_one_sees_a_person_a_conversation_and_a_message(operator: Client, alice: User, message: Message) -> None:
    assert "alice@example.com" in page_of(operator, f"/admin/accounts/user/{alice.id}/change/")
    conversation = page_of(operator, f"/admin/chat/conversation/{message.conversation_id}/change/")
    assert "Alice" in conversation and "Bob" in conversation
    assert "Where is the &lt;b&gt;key&lt;/b&gt;?" in page_of(operator, f"/admin/chat/message/{message.id}/change/")


@pytest.mark.parametrize(
    ("path", "query", "hits"),
    [
        ("accounts/user", "ALICE@example", 1),
        ("accounts/user", "nobody", 0),
        ("chat/conversation", "bob@example.com", 1),
        ("chat/conversation", "carol@example.com", 0),
        ("chat/message", "{conversation}", 1),
        ("chat/message", "alice@example.com", 1),
        ("chat/message", "999999", 0),
        ("chat/message", "what is this", 0),
        ("chat/message", "9223372036854775808", 0),
    ],
)
def test_one_finds_what_one_looks_for(path: str, query: str, hits: int, operator: Client, message: Message) -> None:
    html = page_of(operator, f"/admin/{path}/?q={query.format(conversation=message.conversation_id)}")
    assert html.count('<th class="field-') == hits


@pytest.mark.parametrize("kind", LOG)
def test_the_log_can_be_read_only(kind: str, operator: Client, message: Message) -> None:
    row = message if kind == "message" else message.conversation
    before = [list(model._default_manager.order_by("id").values()) for model in (Conversation, Participant, Message)]
    assert operator.get(f"/admin/chat/{kind}/add/").status_code == 403
    for action in ("change", "delete"):
        answer = operator.post(f"/admin/chat/{kind}/{row.pk}/{action}/", {"text": "x", "title": "x", "post": "yes"})
        assert answer.status_code == 403
    bulk = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    operator.post(f"/admin/chat/{kind}/", bulk)
    after = [list(model._default_manager.order_by("id").values()) for model in (Conversation, Participant, Message)]
    assert after == before


def test_one_adds_a_person_and_switches_one_off(operator: Client, alice: User) -> None:
    new = {"email": "Erin@Example.com", "name": "Erin", "password1": PASSWORD, "password2": PASSWORD}
    added = operator.post("/admin/accounts/user/add/", {**new, "usable_password": "true"})
    assert added.status_code == 302, re.findall(r"errorlist[^<]*<li>([^<]*)", added.content.decode())
    assert User.objects.get(name="Erin").email == "erin@example.com"
    form = {"email": alice.email, "name": alice.name, "timezone": "UTC", "language": "en"}
    assert operator.post(f"/admin/accounts/user/{alice.id}/change/", form).status_code == 302
    assert not User.objects.get(id=alice.id).is_active


def test_a_taken_address_is_a_fault_of_the_form(operator: Client, alice: User) -> None:
    new = {"email": "ALICE@example.com", "name": "A", "password1": PASSWORD, "password2": PASSWORD}
    response = operator.post("/admin/accounts/user/add/", {**new, "usable_password": "true"})
    assert response.status_code == 200
    assert User.objects.count() == 3 - 1


def test_a_token_is_revoked_and_its_secret_is_not_shown(operator: Client, alice: User) -> None:
    Api(alice)
    token = alice.tokens.get()
    assert token.digest not in page_of(operator, f"/admin/accounts/apitoken/{token.id}/change/")
    operator.post(f"/admin/accounts/apitoken/{token.id}/delete/", {"post": "yes"})
    assert not alice.tokens.exists()


def test_it_is_for_staff(alice: User) -> None:
    browser = Client()
    assert browser.get("/admin/").status_code == 302
    browser.force_login(alice)
    assert browser.get("/admin/chat/message/").status_code == 302
