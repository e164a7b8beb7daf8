"""Nobody reads messages in the admin without a reason that the people concerned can see."""

from typing import Any

import pytest
from django.contrib import admin
from django.test import RequestFactory

from backend.accounts.audit import AuditEntry
from backend.accounts.models import User
from backend.accounts.services import user_create
from backend.chat.models import Message
from tests.conftest import PASSWORD, Api
from tests.integration.test_roles import ROLES, signed_in, staff

REASON = "A report of abuse, number 17"
TEXT = "The key is under the <b>stone</b>"


@pytest.fixture
def page(alice: User, bob: User, group: int) -> str:
    Api(alice).say(group, TEXT)
    Api(bob).delete(f"conversations/{group}/participants/{bob.id}")
    return f"/admin/chat/conversation/{group}/messages/"


def entries(user: User) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = Api(user).get("me/audit").json()["entries"]
    return [entry for entry in found if entry["event"] in {"messages_read", "message_removed"}]


def test_a_moderator_reads_for_a_reason_that_all_see(page: str, alice: User, bob: User, dave: User, group: int) -> None:
    me = staff("Moderators")
    client = signed_in(me)
    asked = client.get(page)
    assert asked.status_code == 200 and "stone" not in asked.content.decode()
    read = client.post(page, {"reason": REASON})
    assert "The key is under the &lt;b&gt;stone&lt;/b&gt;" in read.content.decode()
    for person in (alice, bob):  # bob has left, and wrote there
        [entry] = entries(person)
        assert entry["actor"] == {"id": me.id, "name": "Mod"}
        assert entry["detail"] == {"conversation": group, "reason": REASON}
    assert entries(dave) == []
    client.post(page, {"reason": REASON})
    assert len(entries(alice)) == 2, "each time"


@pytest.mark.parametrize("reason", ["", "   ", "because", " " * 40, "x" * 301])
def test_without_a_reason_nothing_is_shown(reason: str, page: str, alice: User) -> None:
    answer = signed_in(staff("Moderators")).post(page, {"reason": reason})
    assert answer.status_code == 200 and "stone" not in answer.content.decode()
    assert not AuditEntry.objects.filter(event="messages_read").exists()


@pytest.mark.parametrize("role", [role for role in ROLES if role != "Moderators"])
def test_other_roles_read_nothing(role: str, page: str) -> None:
    client = signed_in(staff(role))
    for answer in (client.get(page), client.post(page, {"reason": REASON}), client.post(page, {"remove": 1})):
        assert answer.status_code == 403
    assert not AuditEntry.objects.filter(event="messages_read").exists()


def test_no_other_page_of_the_admin_has_texts(page: str, group: int) -> None:
    chief = user_create(email="chief@example.com", name="Chief", password=PASSWORD, is_superuser=True)
    client = signed_in(chief)
    message = Message.objects.get()
    for path in (
        "/admin/",
        "/admin/chat/message/",
        f"/admin/chat/message/?q={group}",
        "/admin/chat/message/?q=stone",
        "/admin/chat/message/?text__icontains=stone",
        f"/admin/chat/message/{message.id}/change/",
        f"/admin/chat/message/{message.id}/history/",
        "/admin/chat/conversation/?q=stone",
        f"/admin/chat/conversation/{group}/change/",
    ):
        assert "under the" not in client.get(path, follow=True).content.decode(), path
    found = client.get("/admin/chat/message/?q=stone").content.decode()
    assert found.count('<th class="field-') == 0


# Every column of every model in the admin that its list does not show.
HIDDEN = [
    (model, field.attname)
    for model, page in admin.site._registry.items()
    for field in model._meta.concrete_fields
    if not {field.name, field.attname} & {"id", *page.list_display, *page.list_filter} and not field.primary_key
]


@pytest.mark.parametrize(("model", "column"), HIDDEN, ids=[f"{m._meta.label}.{c}" for m, c in HIDDEN])
def test_rows_cannot_be_filtered_by_what_is_not_listed(model: Any, column: str, rf: RequestFactory) -> None:
    page = admin.site._registry[model]
    for lookup in ("", "__contains", "__startswith", "__regex", "__gt"):
        assert not page.lookup_allowed(f"{column}{lookup}", "x", rf.get("/")), f"{column}{lookup}"


def test_a_filter_by_text_shows_nothing(page: str) -> None:
    chief = user_create(email="chief@example.com", name="Chief", password=PASSWORD, is_superuser=True)
    client = signed_in(chief)
    for word in ("stone", "nothing"):
        assert client.get(f"/admin/chat/message/?text__contains={word}").status_code == 400


def test_a_moderator_removes_a_message(page: str, alice: User, group: int) -> None:
    client = signed_in(staff("Moderators"))
    answer = client.post(page, {"reason": REASON, "remove": "1"})
    assert "Message 1 is removed." in answer.content.decode() and "stone" not in answer.content.decode()
    [message] = Api(alice).get(f"conversations/{group}/messages").json()["messages"]
    assert (message["deleted"], message["text"], message["rev"]) == (True, "", 2)
    removed = [entry for entry in entries(alice) if entry["event"] == "message_removed"]
    assert [entry["detail"] for entry in removed] == [{"conversation": group, "seq": 1, "reason": REASON}]
    assert client.post(page, {"reason": REASON, "remove": "9"}).status_code == 404
    assert client.post(page, {"reason": REASON, "remove": "x"}).status_code == 200
    assert client.get("/admin/chat/conversation/999999/messages/").status_code == 404


def test_pages_go_back_through_the_history(page: str, alice: User, group: int) -> None:
    apis = (Api(alice), Api(alice))  # one token may send 90 at once
    for number in range(120):
        apis[number % 2].say(group, f"text {number:03}")
    client = signed_in(staff("Moderators"))
    newest = client.post(page, {"reason": REASON}).content.decode()
    assert "text 119" in newest and "text 019" not in newest and 'name="before" value="22"' in newest
    older = client.post(page, {"reason": REASON, "before": "22"}).content.decode()
    assert "text 019" in older and "under the" in older and 'name="before" value' not in older
