"""Demo mode: mail is kept in a Maildir and shown, whatever it contains."""

import mailbox
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.urls import include, path
from stack.ports import free_port

from tests.support.mail import Inbox, text_of

urlpatterns = [path("demo/", include("backend.demo.urls"))]


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    folder = tmp_path / "mail"
    if "backend.demo" not in settings.INSTALLED_APPS:
        settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "backend.demo"]
    settings.ROOT_URLCONF = __name__
    settings.EMAIL_BACKEND = "backend.demo.maildir.MaildirBackend"
    settings.EMAIL_FILE_PATH = str(folder).lstrip("/")  # as environ reads maildir:///folder
    return folder


def send(subject: str, html: str = "<p>Hello</p>", reply_to: str = "") -> None:
    text, headers = "Hello: https://example.com/?a=1&b=2", {"Reply-To": reply_to} if reply_to else {}
    mail = EmailMultiAlternatives(subject, text, to=["Bob <bob@example.com>"], headers=headers)
    mail.attach_alternative(html, "text/html")
    mail.send()


def keys(folder: Path) -> list[str]:
    return sorted(mailbox.Maildir(folder).keys())


def test_the_mail_is_in_a_maildir_that_other_programs_can_read(folder: Path) -> None:
    send("One")
    assert [mail["Subject"] for mail in mailbox.Maildir(folder)] == ["One"]


def test_the_list_is_newest_first(client: Client, folder: Path) -> None:
    for subject in ("One", "Two", "<b>Three</b>"):
        send(subject)
    page = client.get("/demo/mail").content.decode()
    assert page.index("&lt;b&gt;Three") < page.index("Two") < page.index("One")


def test_an_empty_box_says_so(client: Client, folder: Path) -> None:
    assert b"Nothing yet" in client.get("/demo/mail").content


def test_it_says_so_if_mail_goes_to_a_server(settings: Any, client: Client, folder: Path) -> None:
    settings.EMAIL_FILE_PATH = ""
    assert b"names a mail server" in client.get("/demo/mail").content
    assert client.get("/demo/mail/x").status_code == 404


def test_a_mail_shows_its_headers_and_text_and_frames_its_html(client: Client, folder: Path) -> None:
    send("One", "<script>alert(1)</script>")
    (key,) = keys(folder)
    page = client.get(f"/demo/mail/{key}")
    assert b"bob@example.com" in page.content and b"<script>" not in page.content
    assert b'href="https://example.com/?a=1&amp;b=2"' in page.content
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    html = client.get(f"/demo/mail/{key}/html")
    assert html.content == b"<script>alert(1)</script>"
    rules = html["Content-Security-Policy"]
    assert "default-src 'none'" in rules and "sandbox" in rules and "script-src" not in rules
    assert "frame-ancestors 'self'" in rules and html["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("key", ["x", "..", "%2e%2e%2fsecret", "..%2f..%2fsecret", "new", "%00"])
def test_nothing_but_the_mails_is_shown(client: Client, folder: Path, key: str) -> None:
    send("One")
    (folder.parent / "secret").write_text("secret")
    assert client.get(f"/demo/mail/{key}").status_code == 404
    assert client.get(f"/demo/mail/{key}/html").status_code == 404


@pytest.fixture
def receives(settings: Any) -> None:
    settings.HARK_INBOUND_DOMAIN = "reply.localhost"


def test_a_mail_can_be_answered_as_its_recipient_would(
    settings: Any, client: Client, folder: Path, receives: None, inbox: Inbox
) -> None:
    settings.HARK_INBOUND_LISTEN = f"127.0.0.1:{inbox.port}"
    send("One", reply_to="r-1@reply.localhost")
    (key,) = keys(folder)
    assert f'action="/demo/mail/{key}/reply"'.encode() in client.get(f"/demo/mail/{key}").content
    answer = client.post(f"/demo/mail/{key}/reply", {"text": "I can."})
    assert b"Your reply was taken" in answer.content
    (mail,) = inbox.mails
    assert mail["From"].addresses[0].addr_spec == "bob@example.com"
    assert (mail["To"], mail["Subject"]) == ("r-1@reply.localhost", "Re: One")
    lines = text_of(mail).splitlines()
    assert lines[0] == "I can." and lines[2].startswith("On ") and lines[3].startswith("> Hello: https://example.com")


def test_why_an_answer_was_not_taken_is_said(settings: Any, client: Client, folder: Path, receives: None) -> None:
    settings.HARK_INBOUND_LISTEN = f"127.0.0.1:{free_port()}"
    send("One", reply_to="r-1@reply.localhost")
    (key,) = keys(folder)
    assert b"inbound does not answer" in client.post(f"/demo/mail/{key}/reply", {"text": "x"}).content


def test_only_what_takes_an_answer_can_be_answered(settings: Any, folder: Path, receives: None) -> None:
    send("One")
    send("Two", reply_to="r-1@reply.localhost")
    browser = Client(enforce_csrf_checks=True)
    one, two = sorted(keys(folder), key=lambda key: mailbox.Maildir(folder)[key]["Subject"])
    assert b"/reply" not in browser.get(f"/demo/mail/{one}").content
    assert Client().post(f"/demo/mail/{one}/reply").status_code == 404
    assert Client().post("/demo/mail/x/reply").status_code == 404
    assert browser.post(f"/demo/mail/{two}/reply", {"text": "x"}).status_code == 403
    assert browser.get(f"/demo/mail/{two}/reply").status_code == 405
    settings.HARK_INBOUND_DOMAIN = ""
    assert b"/reply" not in browser.get(f"/demo/mail/{two}").content
    assert Client().post(f"/demo/mail/{two}/reply").status_code == 404
