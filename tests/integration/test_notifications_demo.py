"""Demo mode: mail is kept in a Maildir and shown, whatever it contains."""

import mailbox
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.urls import include, path

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


def send(subject: str, html: str = "<p>Hello</p>") -> None:
    mail = EmailMultiAlternatives(subject, "Hello: https://example.com/?a=1&b=2", to=["bob@example.com"])
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
