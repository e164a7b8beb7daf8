"""What people write, and what they call themselves, stays text for staff, in mails and in pushes."""

from collections.abc import Iterator
from html import escape, unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import pytest

from backend.accounts.models import User
from backend.chat.models import Conversation
from tests.browser.payloads import PAYLOADS
from tests.conftest import Api
from tests.integration.test_roles import signed_in, staff
from tests.support.letters import letter, part
from tests.support.push_letters import letter_of, missed
from tests.unit.test_push_payload import told
from worker.channels.email.notice import letter_build

SCHEMES = {"", "http", "https", "mailto"}
REASON = "A report of abuse, number 17"


class Markup(HTMLParser):
    """What a document is made of: what could run, and the text that is shown."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            is_address = name in {"href", "src", "action", "formaction", "data", "xlink:href"}
            if name.startswith("on") or (is_address and urlsplit(value or "").scheme not in SCHEMES):
                self.faults.append(f"<{tag} {name}={value}>")

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.cdata_elem and "fired" in data:
            self.faults.append(f"<{self.cdata_elem}> {data}")


def faults(html: str) -> Iterator[str]:
    """Where one of the payloads is more than text."""
    yield from Markup(html).faults
    yield from (payload for payload in PAYLOADS if "<" in payload and payload in html)


def test_the_payloads_are_text_in_the_admin(alice: User, direct: int, group: int) -> None:
    for text in PAYLOADS:
        Api(alice).say(direct, text)
    markup = max(PAYLOADS, key=lambda payload: payload.count("<"))
    User.objects.filter(id=alice.id).update(name=markup)
    Conversation.objects.filter(id=group).update(title=markup)
    client = signed_in(staff("Moderators"))
    log = client.post(f"/admin/chat/conversation/{direct}/messages/", {"reason": REASON}).content.decode()
    shown = "".join(Markup(log).text.split())  # a line break is a <br> there
    assert [text for text in PAYLOADS if "".join(text.split()) not in shown] == []
    operator = staff("", "ops")
    operator.is_superuser = True
    operator.save()
    client = signed_in(operator)
    pages = [client.get(f"/admin/{name}/").content.decode() for name in ("accounts/user", "chat/conversation")]
    assert all(escape(markup) in page for page in pages)
    assert [fault for html in (log, *pages) for fault in faults(html)] == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_is_text_in_a_mail_and_in_a_push(payload: str, settings: Any) -> None:
    settings.PUBLIC_URL = "https://chat.example.org"
    mail = letter_build(letter(part(1, [(0, payload[:100], payload)], title=payload[:100])))
    html = str(mail.alternatives[0][0])
    assert list(faults(html)) == []
    assert payload.partition("\u202e")[0].split()[0] in unescape(html)
    push = told(letter_of(missed(payload, sender=payload[:100])))
    assert (push["url"], push["body"].split()) == ("/c/12", payload.split())
