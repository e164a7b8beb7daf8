"""Every function of the server and the worker that takes apart what a stranger wrote. A new one belongs here.

`tests/unit/test_parsers.py` and `bench/fuzz.py` go over the list.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from typing import Any

from django.core import signing
from django.test import RequestFactory
from rest_framework import serializers

from backend.accounts.api.fields import Email
from backend.accounts.browsers import browser_name
from backend.accounts.languages import CODES, language_asked
from backend.accounts.mailboxes import email_clean
from backend.accounts.models import NAME_MAX, validate_timezone
from backend.accounts.names import SKELETON_MAX, name_clean, skeleton
from backend.accounts.services.signups import SIGNUP_LIFE, SIGNUP_SALT
from backend.api.errors import ApiError
from backend.api.etags import etag_matches
from backend.api.parsing import StrictJSONParser
from backend.api.serializers import Body, Integer, Line, StrictSerializer, Text, Uuid
from backend.api.text import UnclearText, body_check, is_visible, line_clean
from backend.chat.api.shapes import QUERY_MAX
from backend.chat.emojis import emoji_spelled
from backend.chat.search import _is_unfinished
from backend.config.peers import is_trusted, peer
from backend.live.polls import read_query
from backend.notifications.api.shapes import TIME
from backend.notifications.mailbox import AddressTooOld, AddressUnknown, bounce_of, reply_of
from backend.notifications.mentions import mentions
from backend.notifications.models import ENDPOINT_MAX
from backend.notifications.push.errors import EndpointRefused
from backend.notifications.push.hosts import endpoint_check
from backend.notifications.push.keys import keys_check
from backend.notifications.statuses import status_in
from backend.notifications.unsubscribe import SALT as UNSUBSCRIBE_SALT
from worker.channels.email.contents import cut
from worker.channels.email.names import address, clean_name, names_list
from worker.channels.webpush.answers import retry_after
from worker.channels.webpush.payload import _clean
from worker.inbound.answers import Refused
from worker.inbound.authentication import dmarc_of, statements
from worker.inbound.automatic import automatic_sign
from worker.inbound.bounces import failures_of
from worker.inbound.contents import text_of
from worker.inbound.flowed import unflow
from worker.inbound.html_text import html_to_text
from worker.inbound.mail import FIELD_MAX, fields, mail_read, one_line, sender_of
from worker.inbound.quotes import own_text
from worker.inbound.receiver import recipient_of

HEADER_MAX = 8_000  # characters of one header field that the web server lets through
QUERY_STRING_MAX = 8_000
LOCAL_PART_MAX = 320  # octets of a path (RFC 5321) and more
# What a parser says on purpose about what it does not take.
EXPECTED = (
    *(ApiError, UnclearText, Refused, AddressUnknown, AddressTooOld, EndpointRefused, serializers.ValidationError),
    *(signing.BadSignature,),
)


@dataclass(frozen=True)
class Parser:
    """`most`: characters that it is ever given, because something before it lets no more through; 0: no bound."""

    name: str
    read: Callable[[str], object]
    most: int = 0
    holds: Callable[[Any, str], bool] = lambda answer, text: True


class _Everything(StrictSerializer):
    line = Line(max_length=100)
    body = Body(max_length=10_000)
    text = Text(max_length=1_000)
    number = Integer(min_value=1)
    uuid = Uuid()
    email = Email()
    at = serializers.DateTimeField()


FIELDS = [str(name) for name in _Everything().fields]


class _Asked(_Everything):
    from_query = True


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _of_path(text: str) -> str:
    """As Django hands on a path: what is no UTF-8 is U+FFFD there."""
    return text.encode("utf-8", "replace").decode()


def _field(kind: type[StrictSerializer], name: str) -> Callable[[str], object]:
    return lambda text: kind().fields[name].run_validation(text)


def _of_request(header: str) -> Callable[[str], object]:
    return lambda text: language_asked(RequestFactory().get("/", headers={header: text}))


def _with_field(name: str) -> Callable[[str], Message]:
    """A mail with this in one of its fields."""
    return lambda text: mail_read(_octets(f"{name}: {one_line_folded(text)}\r\n\r\nhello"))


def one_line_folded(text: str) -> str:
    """As a mail server hands it on: a field goes on in lines that begin with a space."""
    return text.replace("\r", "\n").replace("\n", "\n ")


def _body(kind: str) -> Callable[[str], str]:
    return lambda text: own_text(text_of(mail_read(_octets(f"Content-Type: {kind}; charset=utf-8\n\n{text}"))))


def _json(text: str) -> object:
    return StrictJSONParser().parse(io.BytesIO(_octets(text)))


def _mailbox_kinds(text: str) -> object:
    for read in (reply_of, bounce_of):
        try:
            read(text)
        except AddressUnknown:
            continue
    return recipient_of(f"{text}@reply.example.org")


def _recipient(text: str) -> str:
    """An address that was let in, in the header of a mail."""
    email = email_clean(text)
    assert email_clean(email) == email
    return address("", email)


def _timezone(text: str) -> None:
    try:
        validate_timezone(text)
    except Exception as fault:
        if type(fault).__name__ != "ValidationError":
            raise


def _inbound(name: str, read: Callable[[Message], object]) -> Callable[[str], object]:
    make = _with_field(name)
    return lambda text: read(make(text))


PARSERS = [
    # What people write and are called.
    Parser("line", line_clean, holds=lambda line, _: line == " ".join(line.split())),
    Parser("body", body_check),
    Parser("is it visible", is_visible),
    Parser("name", lambda text: name_clean(text, is_staff=False), most=NAME_MAX),
    Parser("skeleton", skeleton, holds=lambda looks, _: len(looks) <= SKELETON_MAX),
    Parser("mention of a name", lambda text: mentions(text, "Anna Lee")),
    Parser("name as a mention", lambda name: mentions(f"@{name} @{name}", name), most=NAME_MAX),
    Parser("emoji", emoji_spelled),
    Parser("last word of a search", lambda text: text.split() and _is_unfinished(text), most=QUERY_MAX),
    # Fields of bodies and queries.
    *(
        Parser(f"field {name}", _field(_Everything, name))
        for name in map(str, _Everything().fields)
        if name != "number"
    ),
    Parser("number of a query", lambda text: _Asked().fields["number"].run_validation(text), most=HEADER_MAX),
    Parser("time zone", _timezone),
    Parser("time of quiet hours", TIME.fullmatch),
    Parser("JSON", _json),
    Parser("query of a poll", lambda text: read_query("/api/v1/sync", _octets(text)), most=QUERY_STRING_MAX),
    # Header fields.
    Parser("If-None-Match", lambda text: etag_matches(text, '"a"')),
    Parser("X-Forwarded-For", lambda text: peer("127.0.0.1", text)),
    Parser("trusted proxy", is_trusted),
    Parser("Accept-Language", _of_request("Accept-Language"), most=HEADER_MAX, holds=lambda code, _: code in CODES),
    Parser("User-Agent", browser_name, holds=lambda name, _: len(name) < 40 and name.isascii()),
    # Tokens, addresses and keys.
    Parser("token of a sign-up", lambda text: signing.loads(_of_path(text), salt=SIGNUP_SALT, max_age=SIGNUP_LIFE)),
    Parser("token of a mail", lambda text: signing.Signer(salt=UNSUBSCRIBE_SALT).unsign_object(_of_path(text))),
    Parser("push endpoint", endpoint_check, most=ENDPOINT_MAX),
    Parser("push keys", lambda text: keys_check(text, text)),
    Parser("Retry-After of a push service", retry_after, most=HEADER_MAX),
    # Mail that comes in.
    Parser("recipient", _mailbox_kinds, most=LOCAL_PART_MAX),
    Parser("status of a bounce", status_in),
    Parser("one line of a field", one_line, holds=lambda line, _: len(line) <= FIELD_MAX),
    Parser("From", _inbound("From", sender_of)),
    Parser("fields", _inbound("Subject", lambda mail: fields(mail, "Subject"))),
    Parser("Content-Type", _inbound("Content-Type", text_of)),
    Parser("Content-Disposition", _inbound("Content-Disposition", text_of)),
    Parser("Content-Transfer-Encoding", _inbound("Content-Transfer-Encoding", text_of)),
    Parser("report", _inbound("Content-Type", lambda mail: list(failures_of(mail)))),
    Parser("Auto-Submitted", _inbound("Auto-Submitted", lambda mail: automatic_sign(mail, envelope_sender="a@b"))),
    Parser("Message-ID", _inbound("Message-ID", lambda mail: automatic_sign(mail, envelope_sender="a@b"))),
    Parser("Authentication-Results", _inbound("Authentication-Results", lambda mail: dmarc_of(mail, "mx.example.org"))),
    Parser("results of authentication", statements),
    Parser("whole mail", lambda text: mail_read(_octets(text))),
    Parser("text of a mail", _body("text/plain")),
    Parser("flowed text", lambda text: unflow(text, delete_space=True)),
    Parser("HTML of a mail", _body("text/html")),
    Parser("HTML", html_to_text),
    Parser("own words", own_text),
    # Mail and pushes that go out.
    Parser("name in a header", clean_name, holds=lambda name, _: len(name) <= 60 and len(name.splitlines()) <= 1),
    Parser("name of a recipient", lambda text: address(text, "bob@example.com")),
    Parser("address of a mail", _recipient, holds=lambda field, _: field.isascii() and len(field) <= 260),
    Parser("domain of an address", lambda text: _recipient(f"bob@{text}")),
    Parser("names of a mail", lambda text: names_list([text, "Bob", text])),
    Parser("cut text", lambda text: cut(text, 100), holds=lambda text, _: len(text) <= 101),
    Parser("text of a push", _clean),
]
