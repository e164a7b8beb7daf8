"""The operator's pages: find people and conversations, read messages, change nothing in the log."""

import re
import uuid

import pytest
from django.test import Client
from django.utils import timezone

from backend.accounts.models import User
from backend.accounts.services import user_create
from backend.chat.models import Conversation, Message, Participant
from backend.notifications.models import Burst, Delivery, DeliveryItem, LogEntry, Suppression
from tests.conftest import PASSWORD, Api
from tests.support.owed import device_of

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
    "/admin/notifications/burst/?q=bob%40example.com&state__exact=open",
    "/admin/notifications/delivery/",
    "/admin/notifications/delivery/?q=451&channel__exact=email",
    "/admin/notifications/pushsubscription/",
    "/admin/notifications/suppression/",
    "/admin/notifications/suppression/add/",
]


@pytest.fixture
def operator(db: None) -> Client:
    staff = user_create(email="ops@example.com", name="Ops", password=PASSWORD, is_superuser=True)
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
    assert "Where is the" not in page_of(operator, f"/admin/chat/message/{message.id}/change/")


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


@pytest.fixture
def delivery(bob: User, message: Message) -> Delivery:
    """A mail to bob that the server put off."""
    now = timezone.now()
    burst = Burst.objects.create(recipient=bob, conversation_id=message.conversation_id, due_at=now)
    fields = {"recipient": bob, "channel": "email", "key": "n.1.1", "address": bob.email, "due_at": now}
    delivery = Delivery.objects.create(**fields, error="451 Try again later", lease_token=uuid.uuid4())
    DeliveryItem.objects.create(delivery=delivery, burst=burst, first_seq=1, last_seq=1)
    LogEntry.objects.create(recipient=bob, burst=burst, channel="email", verdict="quiet", count=1, until=now)
    return delivery


def test_one_sees_what_became_of_a_notification(operator: Client, delivery: Delivery) -> None:
    burst = delivery.items.get().burst
    found = page_of(operator, "/admin/notifications/burst/?q=bob@example.com")
    assert f"/admin/notifications/burst/{burst.id}/change/" in found
    assert "quiet hours" in page_of(operator, f"/admin/notifications/burst/{burst.id}/change/")
    page = page_of(operator, f"/admin/notifications/delivery/{delivery.id}/change/")
    assert "451 Try again later" in page and "bob@example.com" in page
    assert str(delivery.lease_token) not in page


def test_the_keys_of_a_browser_are_not_shown(operator: Client, alice: User) -> None:
    device = device_of(alice)
    page = page_of(operator, f"/admin/notifications/pushsubscription/{device.id}/change/")
    assert "Firefox on Linux" in page and device.p256dh not in page and device.auth not in page


@pytest.mark.parametrize("kind", ["burst", "delivery", "pushsubscription"])
def test_what_workers_write_can_be_read_only(kind: str, operator: Client, bob: User, delivery: Delivery) -> None:
    rows = {"burst": delivery.items.get().burst, "delivery": delivery, "pushsubscription": device_of(bob)}
    row = rows[kind]
    before = list(type(row)._default_manager.values())
    assert operator.get(f"/admin/notifications/{kind}/add/").status_code == 403
    for action in ("change", "delete"):
        answer = operator.post(f"/admin/notifications/{kind}/{row.pk}/{action}/", {"state": "dead", "post": "yes"})
        assert answer.status_code == 403
    assert 'name="_save"' not in page_of(operator, f"/admin/notifications/{kind}/{row.pk}/change/")
    bulk = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    operator.post(f"/admin/notifications/{kind}/", bulk)
    assert list(type(row)._default_manager.values()) == before


def test_an_operator_lifts_a_suppression_and_makes_one(operator: Client) -> None:
    row = Suppression.objects.create(email="bob@example.com", reason="550 No such user")
    operator.post(f"/admin/notifications/suppression/{row.id}/delete/", {"post": "yes"})
    assert not Suppression.objects.exists()
    for address in ("Carol@example.com", "carol"):
        refused = operator.post("/admin/notifications/suppression/add/", {"email": address, "reason": "asked for it"})
        assert refused.status_code == 200 and not Suppression.objects.exists()
    operator.post("/admin/notifications/suppression/add/", {"email": "carol@example.com", "reason": "asked for it"})
    assert Suppression.objects.get().email == "carol@example.com"


def test_it_is_for_staff(alice: User) -> None:
    browser = Client()
    assert browser.get("/admin/").status_code == 302
    browser.force_login(alice)
    assert browser.get("/admin/chat/message/").status_code == 302
