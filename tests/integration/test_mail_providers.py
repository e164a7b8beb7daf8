"""Mail by the API of a provider: django-anymail's Postmark backend against a server that answers as told."""

import importlib
import json
import sys
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import pytest
from django.test import Client
from django.urls import clear_url_caches, include, path, set_urlconf

from backend.notifications.models import Suppression
from tests.support.letters import letter, part
from worker.channels.email.notice import letter_build
from worker.channels.email.refusals import AddressRefused
from worker.channels.email.transport import send
from worker.channels.outcome import PermanentFailure, TransientFailure

TAKEN = {"ErrorCode": 0, "Message": "OK", "MessageID": "b7bc2f4a", "To": "bob@example.com", "SubmittedAt": "2026-10-06"}
SECRET = "hark:a long random secret"
BOUNCE = {
    "RecordType": "Bounce",
    "MessageID": "b7bc2f4a",
    "Type": "HardBounce",
    "Email": "bob@example.com",
    "Details": "smtp;550 5.1.1 No such user",
    "Description": "The server was unable to deliver your message.",
    "BouncedAt": "2026-10-06T20:00:00Z",
}


@dataclass
class Provider:
    """Answers every request alike, or never while `silent` is not set."""

    status: int = 200
    body: Any = field(default_factory=lambda: TAKEN)
    headers: dict[str, str] = field(default_factory=dict)
    requests: list[Any] = field(default_factory=list)
    is_silent: bool = False
    over: Event = field(default_factory=Event)
    url: str = ""


@contextmanager
def serving(provider: Provider) -> Iterator[None]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            provider.requests.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            if provider.is_silent:
                provider.over.wait(30)
                return
            content = json.dumps(provider.body).encode()
            self.send_response(provider.status)
            for name, value in {"Content-Type": "application/json", **provider.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.url = f"http://127.0.0.1:{server.server_port}/"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        provider.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    provider = Provider()
    with serving(provider):
        settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
        settings.DEFAULT_FROM_EMAIL = "Hark <hark@example.org>"
        settings.ANYMAIL = {
            **settings.ANYMAIL,
            "POSTMARK_SERVER_TOKEN": "secret",
            "POSTMARK_API_URL": provider.url,
            "WEBHOOK_SECRET": SECRET,
        }
        yield provider


def mail() -> Any:
    return letter_build(letter(part(7, [(0, "Alice", "Are you there?")])))


def test_a_mail_goes_out_with_its_headers(provider: Provider) -> None:
    send(mail())
    (request,) = provider.requests
    assert (request["From"], request["To"]) == ("Alice via Hark <hark@example.org>", "Bob <bob@example.com>")
    assert request["Subject"] == "Alice: 1 new message" and "Are you there?" in request["TextBody"]
    headers = {header["Name"]: header["Value"] for header in request["Headers"]}
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click" and "Message-ID" in headers


def test_a_bounce_address_that_the_provider_does_not_take_is_left_out(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("worker.channels.email.addresses.bounce_address", lambda *, user_id: "b@in.example.org")
    send(mail())
    assert provider.requests[0]["From"] == "Alice via Hark <hark@example.org>"


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_fault_of_theirs_may_pass(provider: Provider, status: int) -> None:
    provider.status = status
    with pytest.raises(TransientFailure, match=str(status)):
        send(mail())


@pytest.mark.parametrize(
    ("value", "least", "most"),
    [("90", 90, 90), ("Fri, 31 Dec 2100 23:59:59 GMT", 1e9, 1e10), ("Fri, 31 Dec 1999 23:59:59 GMT", 0, 0)],
)
def test_a_busy_provider_says_when(provider: Provider, value: str, least: float, most: float) -> None:
    provider.status, provider.headers = 429, {"Retry-After": value}
    with pytest.raises(TransientFailure) as raised:
        send(mail())
    assert raised.value.after is not None and least <= raised.value.after <= most


@pytest.mark.parametrize("value", ["soon", "²", ""])
def test_a_busy_provider_that_does_not_say_when_is_asked_as_usual(provider: Provider, value: str) -> None:
    provider.status, provider.headers = 429, {"Retry-After": value.encode().decode("latin-1")}
    with pytest.raises(TransientFailure) as raised:
        send(mail())
    assert raised.value.after is None


@pytest.mark.parametrize("status", [401, 402, 403, 404])
def test_a_refused_key_is_a_fault_of_ours(provider: Provider, caplog: pytest.LogCaptureFixture, status: int) -> None:
    provider.status = status
    with pytest.raises(TransientFailure, match=str(status)):
        send(mail())
    assert [record.levelname for record in caplog.records if "takes no mail from us" in record.message] == ["ERROR"]


def test_a_mail_that_is_refused_is_refused_for_good(provider: Provider) -> None:
    provider.status, provider.body = 413, {}
    with pytest.raises(PermanentFailure) as raised:
        send(mail())
    assert raised.type is PermanentFailure


def test_an_address_that_bounced_there_before_is_known_as_such(provider: Provider) -> None:
    words = (
        "You tried to send to a recipient that has been marked as inactive. Found inactive addresses: "
        "bob@example.com. Inactive recipients are ones that have generated a hard bounce."
    )
    provider.status, provider.body = 422, {"ErrorCode": 406, "Message": words}
    with pytest.raises(AddressRefused):
        send(mail())


def test_a_provider_that_never_answers_is_left(settings: Any, provider: Provider) -> None:
    settings.ANYMAIL = {**settings.ANYMAIL, "REQUESTS_TIMEOUT": 0.3}
    provider.is_silent = True
    with pytest.raises(TransientFailure):
        send(mail())


def test_no_provider_is_a_matter_of_time(settings: Any, provider: Provider) -> None:
    settings.ANYMAIL = {**settings.ANYMAIL, "POSTMARK_API_URL": "http://127.0.0.1:1/"}
    with pytest.raises(TransientFailure):
        send(mail())


# --- bounces --------------------------------------------------------------------------------------------------


@pytest.fixture
def webhook(settings: Any, provider: Provider) -> Iterator[str]:
    """Its address, in an URLconf of a server that uses this provider."""
    sys.modules.pop("backend.notifications.providers", None)
    providers = importlib.import_module("backend.notifications.providers")
    assert [pattern.name for pattern in providers.urlpatterns] == ["postmark_tracking_webhook"]
    settings.ROOT_URLCONF = type(sys)("urls")
    settings.ROOT_URLCONF.urlpatterns = [path("anymail/", include("backend.notifications.providers"))]
    clear_url_caches()
    yield "/anymail/postmark/tracking/"
    importlib.import_module("anymail.signals").tracking.disconnect(providers.bounce_take)
    set_urlconf(None)
    clear_url_caches()


def post(webhook: str, secret: str = SECRET, **changes: str) -> int:
    headers = {"Authorization": f"Basic {b64encode(secret.encode()).decode()}"} if secret else {}
    answer = Client().post(webhook, json.dumps(BOUNCE | changes), content_type="application/json", headers=headers)
    return int(answer.status_code)


def test_a_bounce_suppresses_the_address(webhook: str, db: None) -> None:
    assert post(webhook) == post(webhook) == 200
    suppression = Suppression.objects.get()
    assert suppression.email == "bob@example.com" and "550 5.1.1 No such user" in suppression.reason


def test_a_provider_that_does_not_say_why_is_believed(webhook: str, db: None) -> None:
    assert post(webhook, Details="") == 200
    assert "unable to deliver" in Suppression.objects.get().reason


@pytest.mark.parametrize(
    ("kind", "details"),
    [
        ("SoftBounce", "smtp;552 5.2.2 Mailbox full"),
        ("HardBounce", "smtp;452 4.2.2 Mailbox full"),
        ("HardBounce", "smtp;550 5.7.1 Blocked"),
        ("Transient", "smtp;451 4.3.0 Later"),
        ("SpamNotification", ""),
        ("DnsError", ""),
        ("AutoResponder", "550 5.1.1 in the words of a holiday greeting"),
    ],
)
def test_what_may_pass_suppresses_nothing(webhook: str, db: None, kind: str, details: str) -> None:
    assert post(webhook, Type=kind, Details=details) == 200
    assert not Suppression.objects.exists()


@pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailInsecureWebhookWarning")
@pytest.mark.parametrize("secret", ["", "hark:wrong", "other:a long random secret"])
def test_nobody_else_may_report_a_bounce(webhook: str, db: None, secret: str) -> None:
    assert post(webhook, secret) == 400
    assert not Suppression.objects.exists()
