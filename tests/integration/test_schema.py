"""The OpenAPI document and its page."""

import re
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone
from jsonschema import Draft202012Validator

from backend.accounts.models import User
from backend.notifications.models import Burst, LogEntry, Suppression
from tests.conftest import PASSWORD, Api
from tests.routes import api_routes, operations

SUBSCRIPTION = {
    "endpoint": "https://fcm.googleapis.com/fcm/send/1",
    "keys": {
        "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
    },
}
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def schema(django_db_setup: None, django_db_blocker: Any) -> dict[str, Any]:
    with django_db_blocker.unblock():  # a stranger's request is counted
        document: dict[str, Any] = Client().get("/api/v1/schema", headers={"Accept": "application/json"}).json()
    return document


def test_it_is_made_without_a_warning() -> None:
    command = [sys.executable, "manage.py", "spectacular", "--fail-on-warn", "--validate", "--file", "/dev/null"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_it_is_openapi_3_1_and_names_every_operation(schema: dict[str, Any]) -> None:
    assert schema["openapi"].startswith("3.1.")
    named = {(method, path.removeprefix("/api/v1/")) for path, known in schema["paths"].items() for method in known}
    assert named == {(method, re.sub(r"<\w+:(\w+)>", r"{\1}", path)) for method, path in operations()}
    ids = [operation["operationId"] for known in schema["paths"].values() for operation in known.values()]
    assert len(ids) == len(set(ids)) == sum(len(route.methods) for route in api_routes())


def test_it_says_who_may_use_what(schema: dict[str, Any]) -> None:
    assert schema["paths"]["/api/v1/me"]["get"]["security"] == [{"bearer": []}, {"cookie": []}]
    assert schema["paths"]["/api/v1/auth/login"]["post"]["security"] == [{}]
    assert schema["components"]["securitySchemes"]["bearer"] == {"type": "http", "scheme": "bearer"}
    assert schema["components"]["securitySchemes"]["cookie"]["name"] == "sessionid"


def test_every_answer_is_what_the_document_says(
    schema: dict[str, Any], alice: User, bob: User, direct: int, group: int
) -> None:
    api, one = Api(alice), f"conversations/{direct}"
    Suppression.objects.create(email=alice.email, reason="550 No such user")
    for burst in (None, Burst.objects.create(recipient=alice, conversation_id=direct, due_at=timezone.now())):
        LogEntry.objects.create(recipient=alice, burst=burst, channel="email", verdict="send", count=1)
    credentials = {"email": alice.email, "password": PASSWORD}
    requests: list[tuple[str, str, dict[str, Any] | None]] = [
        ("post", "auth/tokens", {**credentials, "name": "a bot"}),
        ("post", "auth/login", credentials),
        ("get", "auth/tokens", None),
        ("get", "me", None),
        ("patch", "me", {"name": "Alice"}),
        ("get", "users", None),
        ("post", "conversations", {"kind": "direct", "participants": [bob.id]}),
        ("get", one, None),
        ("put", f"{one}/typing", {}),
        ("post", f"{one}/messages", {"client_id": str(uuid.uuid4()), "text": "hello"}),
        ("patch", f"{one}/messages/1", {"text": "hello, Bob"}),
        ("put", f"{one}/messages/1/reactions/%F0%9F%91%8D", {}),
        ("get", f"{one}/messages?from=1", None),
        ("get", "search?q=hello", None),
        ("delete", f"{one}/messages/1/reactions/%F0%9F%91%8D", None),
        ("put", f"{one}/notifications", {"level": "none", "muted_until": "2030-01-01T00:00:00Z"}),
        ("put", f"{one}/read", {"seq": 1}),
        ("put", f"{one}/unread", {"seq": 1}),
        ("get", f"{one}/messages", None),
        ("get", f"sync?conversation={direct}&after=0", None),
        ("post", f"{one}/messages/1/report", {"reason": "spam"}),
        ("post", f"{one}/messages/1/report", {"reason": "spam"}),
        ("post", f"{one}/request", {"accept": True}),
        ("put", f"blocks/{bob.id}", {}),
        ("get", "blocks", None),
        ("delete", f"blocks/{bob.id}", None),
        ("get", "conversations", None),
        ("get", "push/key", None),
        ("post", "push/subscriptions", SUBSCRIPTION),
        ("post", "push/subscriptions", SUBSCRIPTION),
        ("get", "push/subscriptions", None),
        ("get", f"{one}/reach", None),
        ("patch", "notification-settings", {"quiet_hours": {"start": "22:00", "end": "08:00"}}),
        ("get", "notification-settings/muted", None),
        ("post", "notification-settings/test", {"channel": "email"}),
        ("get", "notifications/log", None),
        ("delete", "notification-settings/email-suppression", None),
        ("get", "notification-settings", None),
        ("delete", f"{one}/messages/1", None),
        ("patch", f"conversations/{group}", {"title": ""}),
        ("post", f"conversations/{group}/participants", {"user": bob.id}),
        ("delete", f"conversations/{group}/participants/{bob.id}", None),
        ("get", "nothing", None),
    ]
    for method, path, body in requests:
        answer = api.request(method, path, body)
        template = re.sub(
            r"messages/\d+", "messages/{seq}", re.sub(r"conversations/\d+", "conversations/{conversation_id}", path)
        )
        template = re.sub(r"reactions/[^/]+", "reactions/{emoji}", template)
        template = re.sub(r"(participants|blocks)/\d+", r"\1/{user_id}", template).partition("?")[0]
        known = schema["paths"].get(f"/api/v1/{template}", {}).get(method)
        documented = (
            known["responses"][str(answer.status_code)]
            if known
            else schema["paths"]["/api/v1/me"]["get"]["responses"]["default"]
        )
        content = documented.get("content", {})
        if not answer.content:
            assert content == {}, f"{method} {path} promised a body"
            continue
        Draft202012Validator(
            {**content[answer["Content-Type"]]["schema"], "components": schema["components"]}
        ).validate(answer.json())


def test_the_page_loads_files_of_its_own_only(db: None) -> None:
    page = Client().get("/api/docs")
    assert page.status_code == 200
    html = page.content.decode()
    addresses = re.findall(r'(?:src|href)="([^"]*)"', html)
    assert len(addresses) >= 4
    assert all(address.startswith("/") and not address.startswith("//") for address in addresses)
    assert not re.search(r"<script(?![^>]*src=)", html), "the policy forbids inline scripts"
    script = Client().get("/api/docs?script=")
    assert "/api/v1/schema" in script.content.decode()
    assert "https://" not in script.content.decode()
    assert finders.find("drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js")


def test_the_policy_of_the_page_lets_swagger_ui_build_itself() -> None:
    policy = Client().get("/api/docs")["Content-Security-Policy"]
    assert "trusted-types" not in policy
    assert "style-src 'self' 'unsafe-inline'" in policy
    assert "script-src 'self';" in f"{policy};"
