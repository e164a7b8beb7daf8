"""What becomes of a mail to a reply address: the message, and each refusal with its code."""

import logging
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from itertools import count
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from backend.accounts.models import Block, User
from backend.api.rates import Category, rates_of
from backend.chat.membership import participant_remove
from backend.chat.models import TEXT_MAX, Message, Participant
from backend.live import store
from backend.notifications import mailbox
from tests.conftest import Api, switch_off
from tests.support.replies import DOMAIN, TEXT, reply_mail, reply_to
from worker.channels.email.headers import message_id
from worker.inbound import answers
from worker.inbound.contents import PICTURE_MAX
from worker.inbound.receiver import mail_take, recipient_of

SIGNED = "A signature: -----BEGIN PGP SIGNATURE-----"


@pytest.fixture(autouse=True)
def domain(settings: Any) -> None:
    settings.HARK_INBOUND_DOMAIN = DOMAIN


def take(mail: EmailMessage | bytes, address: str, *, envelope_sender: str = "bob@example.com") -> str:
    octets = mail if isinstance(mail, bytes) else mail.as_bytes()
    [answer] = mail_take(octets.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"), envelope_sender, [address])
    assert answer.isascii() and "\n" not in answer and len(answer) <= 510  # RFC 5321, 4.5.3.1.5
    return answer


def texts() -> list[str]:
    return list(Message.objects.order_by("seq").values_list("text", flat=True))


def test_a_reply_becomes_a_message_of_its_sender(alice: User, bob: User, direct: int) -> None:
    Api(alice).say(direct, "Who can help?")
    assert take(reply_mail(bob), reply_to(bob, direct)) == answers.POSTED
    message = Api(alice).get(f"conversations/{direct}/messages").json()["messages"][-1]
    assert (message["text"], message["sender"]["id"], message["reply_to"]) == (TEXT, bob.id, None)


def test_what_was_unread_stays_unread(alice: User, bob: User, direct: int) -> None:
    Api(alice).say(direct, "Who can help?")
    take(reply_mail(bob), reply_to(bob, direct))
    participant = Participant.objects.get(user=bob)
    assert (participant.unread, participant.read_seq) == (1, 0)
    assert participant.waiting_since is not None


def test_a_redelivered_mail_is_one_message(alice: User, bob: User, direct: int) -> None:
    mail, address = reply_mail(bob), reply_to(bob, direct)
    assert take(mail, address) == answers.POSTED
    again = b"Received: from elsewhere; Tue, 24 Nov 2026 15:00:00 +0000\n" + mail.as_bytes()
    assert take(again, address.upper()) == answers.POSTED_BEFORE
    assert texts() == [TEXT]


def test_a_redelivered_mail_without_a_message_id_is_one_message(alice: User, bob: User, direct: int) -> None:
    mail = reply_mail(bob, Message_ID="").as_bytes()
    take(mail, reply_to(bob, direct))
    assert take(b"Received: again\n" + mail, reply_to(bob, direct)) == answers.POSTED_BEFORE
    later = reply_mail(bob, Message_ID="", Date="Tue, 24 Nov 2026 14:02:12 +0000")
    assert take(later, reply_to(bob, direct)) == answers.POSTED
    assert texts() == [TEXT, TEXT]


def test_the_same_message_id_with_another_text_is_taken_and_dropped(alice: User, bob: User, direct: int) -> None:
    first = reply_mail(bob, Message_ID="<1@example.com>")
    other = reply_mail(bob, "Something else", Message_ID="<1@example.com>")
    take(first, reply_to(bob, direct))
    assert take(other, reply_to(bob, direct)) == answers.POSTED_BEFORE
    assert texts() == [TEXT]


def test_one_message_id_to_two_conversations_is_two_messages(alice: User, bob: User, direct: int, group: int) -> None:
    mail = reply_mail(bob).as_bytes()
    both = [reply_to(bob, direct), reply_to(bob, group)]
    assert mail_take(mail, "bob@example.com", both) == [answers.POSTED] * 2


def test_each_recipient_has_an_answer_of_its_own(alice: User, bob: User, carol: User, direct: int, group: int) -> None:
    addresses = [reply_to(bob, direct), reply_to(carol, group), f"r-{'a' * 48}@{DOMAIN}"]
    said = mail_take(reply_mail(bob).as_bytes(), "bob@example.com", addresses)
    assert said == [answers.POSTED, answers.NOT_THE_SENDER, answers.UNKNOWN]


# --- who ---------------------------------------------------------------------------------------------------------

SENDERS = [
    "bob@example.com",
    "BOB@Example.COM",
    "Bob <bob@example.com>",
    '"Brandt, Bob" <Bob@example.com>',
    '"alice@example.com" <bob@example.com>',
    "Bob Brandt (Harbour) <bob@example.com>",
    "=?utf-8?q?B=C3=B6b?= <bob@example.com>",
    "<bob@example.com>",
    "bob@example.com <Bob@example.com>",
]
STRANGERS = [
    "alice@example.com",
    "Bob <bob@evil.example>",
    '"bob@example.com" <eve@evil.example>',
    "bob@example.com.evil.example",
]
UNCLEAR = [
    "bob@example.com, eve@evil.example",
    "eve@evil.example, bob@example.com",
    "eve@evil.example, <bob@example.com>",
    "friends: bob@example.com;",
    "bob@example.com <eve@evil.example>",
    "Bob <bob@example.com> <eve@evil.example>",
    "<eve@evil.example> <bob@example.com>",
    "eve@evil.example <bob@example.com>",
    "bob@example.com (x) eve@evil.example",
    "Bob",
    "<>",
    "bob@example.com\\",
]


def with_from(sender: str) -> bytes:
    """The field as it is, which the library would not write."""
    return f"From: {sender}\n".encode() + reply_mail("", From="").as_bytes()


@pytest.mark.parametrize("sender", SENDERS)
def test_the_sender_is_known_by_their_address_alone(sender: str, alice: User, bob: User, direct: int) -> None:
    assert take(with_from(sender), reply_to(bob, direct)) == answers.POSTED


@pytest.mark.parametrize("sender", STRANGERS)
def test_another_sender_is_refused(sender: str, alice: User, bob: User, direct: int) -> None:
    assert take(with_from(sender), reply_to(bob, direct)).startswith("550 5.7.1 Only the person")
    assert texts() == []


@pytest.mark.parametrize("sender", UNCLEAR)
def test_a_from_field_that_can_be_read_in_two_ways_is_refused(sender: str, alice: User, bob: User, direct: int) -> None:
    assert take(with_from(sender), reply_to(bob, direct)) in {answers.SENDER_UNCLEAR, answers.NOT_THE_SENDER}
    assert texts() == []


def test_two_from_fields_or_none_are_refused(alice: User, bob: User, direct: int) -> None:
    mail = reply_mail("", From="").as_bytes()
    for froms in (b"", b"From: bob@example.com\nFrom: eve@evil.example\n", b"From: bob@example.com\n" * 2):
        assert take(froms + mail, reply_to(bob, direct)).startswith("550 5.7.1 The From field")


def test_forged_fields_change_nothing(alice: User, bob: User, direct: int) -> None:
    forged = (
        b"Sender: bob@example.com\nReply-To: bob@example.com\nResent-From: bob@example.com\nX-From: bob@example.com\n"
    )
    assert take(forged + with_from("eve@evil.example"), reply_to(bob, direct)) == answers.NOT_THE_SENDER
    injected = with_from("eve@evil.example (\n bob@example.com)")
    assert take(injected, reply_to(bob, direct)).startswith("550 5.7.1")


def test_a_reply_that_failed_dmarc_at_the_trusted_server_is_refused(
    alice: User, bob: User, direct: int, settings: Any
) -> None:
    def taken(*results: str) -> str:
        head = "".join(f"Authentication-Results: {result}\n" for result in results)
        return take(head.encode() + reply_mail(bob, str(results)).as_bytes(), reply_to(bob, direct))

    failed, passed = (f"mx.example.org; dmarc={result} header.from=example.com" for result in ("fail", "pass"))
    assert taken(failed) == answers.POSTED, "nobody is trusted yet"
    settings.HARK_INBOUND_AUTHSERV = "mx.example.org"
    assert taken(failed) == taken(failed, passed) == answers.FORGED
    assert taken(passed, failed) == answers.POSTED, "what is forged stands below"
    assert taken("other.example.org; dmarc=fail") == answers.POSTED
    assert len(texts()) == 3


def test_an_account_that_is_switched_off_is_refused(alice: User, bob: User, direct: int) -> None:
    switch_off(bob)
    assert take(reply_mail(bob), reply_to(bob, direct)).startswith("550 5.7.1 This account")


def test_somebody_who_left_is_refused(alice: User, bob: User, group: int) -> None:
    participant_remove(user_id=bob.id, conversation_id=group, gone_id=bob.id)
    assert take(reply_mail(bob), reply_to(bob, group)).startswith("550 5.7.1 You are no longer")


def test_somebody_who_has_not_accepted_is_refused(alice: User, bob: User, group: int) -> None:
    Participant.objects.filter(user=bob).update(requested_by=alice)
    assert take(reply_mail(bob), reply_to(bob, group)) == answers.PENDING
    assert texts() == []


@pytest.mark.parametrize("blocker", ["alice", "bob"])
def test_a_reply_passes_no_block(blocker: str, alice: User, bob: User, direct: int) -> None:
    pair = (alice, bob) if blocker == "alice" else (bob, alice)
    Block.objects.create(blocker=pair[0], blocked=pair[1])
    assert take(reply_mail(bob), reply_to(bob, direct)) == answers.BLOCKED
    assert texts() == []


def test_somebody_who_never_was_there_is_refused(alice: User, direct: int, dave: User) -> None:
    assert take(reply_mail(dave), reply_to(dave, direct)).startswith("550 5.7.1 You are no longer")
    assert take(reply_mail(dave), reply_to(dave, 10**12)).startswith("550 5.7.1 You are no longer")


def test_an_account_that_is_gone_is_unknown(alice: User, bob: User, direct: int) -> None:
    address = reply_to(bob, direct)
    local = mailbox.reply_address(user_id=10**12, conversation_id=direct)
    assert local is not None and local != address
    assert take(reply_mail(bob), local).startswith("550 5.1.1")


def refusal_of(address: str) -> str:
    with pytest.raises(answers.Refused) as refusal:
        recipient_of(address)
    return refusal.value.answer


def test_addresses_are_refused_before_the_mail_comes(
    bob: User, direct: int, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    address = reply_to(bob, direct)
    assert refusal_of(f"x{address}").startswith("550 5.1.1")
    assert refusal_of(f"hark@{DOMAIN}").startswith("550 5.1.1")
    assert refusal_of(f"{address}.evil.example").startswith("550 5.7.1 This server")
    assert refusal_of("hark").startswith("550 5.7.1 This server")
    later = timezone.now().date() + timedelta(days=mailbox.REPLY_DAYS + 1)
    monkeypatch.setattr(mailbox, "_today", lambda: later)
    assert refusal_of(address).startswith("550 5.7.1 This address is older")


# --- what --------------------------------------------------------------------------------------------------------


def test_the_quoted_mail_is_not_posted_again(alice: User, bob: User, direct: int) -> None:
    quoted = f"{TEXT}\n\nOn 24 Nov 2026, at 14:02, Alice <hark@127.0.0.1> wrote:\n> Who can help?\n"
    take(reply_mail(bob, quoted), reply_to(bob, direct))
    assert texts() == [TEXT]


@pytest.mark.parametrize(
    "text", ["", " \n\t\n", "\u200b\n", "\u3164", "> quoted\n> only", "-- \nBob", "Sent from my iPhone", "\x00"]
)
def test_no_text_of_ones_own_is_refused(text: str, alice: User, bob: User, direct: int) -> None:
    assert take(reply_mail(bob, text), reply_to(bob, direct)).startswith("550 5.6.0 There is no text")


def test_a_text_is_as_long_as_in_the_chat(alice: User, bob: User, direct: int) -> None:
    assert take(reply_mail(bob, "é" * TEXT_MAX), reply_to(bob, direct)) == answers.POSTED
    assert take(reply_mail(bob, "é" * (TEXT_MAX + 1)), reply_to(bob, direct)).startswith("550 5.2.3 The text is longer")
    assert len(texts()) == 1


def test_html_alone_is_read(alice: User, bob: User, direct: int) -> None:
    mail = reply_mail(bob)
    mail.set_content(
        "<style>p{}</style><p>I can.</p><script>alert(1)</script><p>How <b>heavy</b> is it?</p>"
        '<blockquote type="cite">Who can help?</blockquote>',
        subtype="html",
    )
    assert take(mail, reply_to(bob, direct)) == answers.POSTED
    assert texts() == ["I can.\n\nHow heavy is it?"]


def test_of_two_forms_the_plain_one_is_read_unless_it_is_empty(alice: User, bob: User, direct: int) -> None:
    for plain in (TEXT, "\n"):
        mail = reply_mail(bob, plain)
        mail.add_alternative("<p>in HTML</p>", subtype="html")
        take(mail, reply_to(bob, direct))
    assert texts() == [TEXT, "in HTML"]


def raw(bob: User, fields: str, body: bytes) -> bytes:
    return f"From: {bob.email}\nMIME-Version: 1.0\n{fields}\n\n".encode() + body


CHARSETS = [
    ("Content-Type: text/plain; charset=utf-8", "Grüße".encode(), "Grüße"),
    ("Content-Type: text/plain; charset=iso-8859-1", b"Gr\xfc\xdfe \x96", "Grüße –"),
    ("Content-Type: text/plain; charset=us-ascii", "Grüße".encode(), "Grüße"),
    ("Content-Type: text/plain", b"Gr\xfc\xdfe", "Grüße"),
    ("", "Grüße".encode(), "Grüße"),
    ("Content-Type: text/plain; charset=no-such", "Grüße".encode(), "Grüße"),
    ("Content-Type: text/plain; charset=punycode", b"abc-", "abc-"),
    ("Content-Type: text/plain; charset=hex", b"abc", "abc"),
    ('Content-Type: text/plain; charset="\x00"', b"abc", "abc"),
    ("Content-Type: text/plain; charset=utf-8", b"Gr\xfc\xdfe", "Gr��e"),
    ("Content-Type: text/plain; charset=utf-16", "Grüße".encode("utf-16"), "Grüße"),
    ("Content-Type: text/plain; charset=windows-1256", "مرحبا".encode("cp1256"), "مرحبا"),
    ("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64", b"R3LDvMOfZQ==", "Grüße"),
    ("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64", b"R3LDvMOfZQ=!", "Grüße"),
    ("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable", b"Gr=C3=BC=\nn", "Grün"),
    ("Content-Type: text/plain; charset=utf-8; format=flowed", b"One \nparagraph\n", "One paragraph"),
    ("Content-Type: nonsense", b"abc", "abc"),
    ("Content-Type: multipart/mixed", b"abc", None),
]


@pytest.mark.parametrize(("fields", "body", "text"), CHARSETS)
def test_text_comes_in_many_encodings_and_faults_are_tolerated(
    fields: str, body: bytes, text: str | None, alice: User, bob: User, direct: int
) -> None:
    answer = take(raw(bob, fields, body) if fields else f"From: {bob.email}\n\n".encode() + body, reply_to(bob, direct))
    if text is None:
        assert answer == answers.EMPTY
    else:
        assert (answer, texts()) == (answers.POSTED, [text])


# --- attachments -------------------------------------------------------------------------------------------------


def attach(mail: EmailMessage, content: bytes, kind: str, **how: Any) -> EmailMessage:
    maintype, subtype = kind.split("/")
    mail.add_attachment(content, maintype=maintype, subtype=subtype, **how)
    return mail


def with_logo(bob: User, size: int, *, shown: bool) -> EmailMessage:
    """As Outlook sends a signature with a picture."""
    mail = reply_mail(bob)
    mail.add_alternative(f'<p>{TEXT}</p><img src="{"cid:logo@1" if shown else "x"}">', subtype="html")
    html = mail.get_body(("html",))
    assert html is not None
    html.add_related(b"x" * size, "image", "png", cid="<logo@1>", disposition="inline", filename="image001.png")  # type: ignore[arg-type]
    return mail


def with_calendar(bob: User) -> EmailMessage:
    mail = reply_mail(bob)
    mail.add_alternative("BEGIN:VCALENDAR\nEND:VCALENDAR", subtype="calendar")
    return mail


def with_mail(bob: User) -> EmailMessage:
    mail = reply_mail(bob)
    mail.add_attachment(reply_mail("eve@evil.example"))
    return mail


def with_text_file(bob: User) -> EmailMessage:
    mail = reply_mail(bob)
    mail.add_attachment("notes", disposition="inline", filename="notes.txt")  # type: ignore[arg-type]
    return mail


REFUSED: dict[str, Callable[[User], EmailMessage]] = {
    "a document": lambda bob: attach(reply_mail(bob), b"%PDF", "application/pdf", filename="a.pdf"),
    "a picture": lambda bob: attach(reply_mail(bob), b"x", "image/jpeg", filename="a.jpg", disposition="inline"),
    "a document without a name or disposition": lambda bob: attach(
        reply_mail(bob), b"x", "application/x", disposition=""
    ),
    "winmail.dat": lambda bob: attach(reply_mail(bob), b"x", "application/ms-tnef", filename="winmail.dat"),
    "a contact": lambda bob: attach(reply_mail(bob), b"x", "text/x-vcard", filename="bob.vcf"),
    "an invitation": lambda bob: attach(reply_mail(bob), b"x", "text/calendar", filename="a.ics"),
    "a large picture in the text": lambda bob: with_logo(bob, PICTURE_MAX + 1, shown=True),
    "a picture that the text does not show": lambda bob: with_logo(bob, 10, shown=False),
    "a mail": with_mail,
    "a text file": with_text_file,
}
TAKEN: dict[str, Callable[[User], EmailMessage]] = {
    "a logo in a signature": lambda bob: with_logo(bob, PICTURE_MAX, shown=True),
    "a calendar as a form of the text": with_calendar,
    "a PGP signature": lambda bob: attach(
        reply_mail(bob), b"x", "application/pgp-signature", filename="OpenPGP_signature.asc"
    ),
    "an S/MIME signature": lambda bob: attach(
        reply_mail(bob), b"x", "application/pkcs7-signature", filename="smime.p7s"
    ),
}


@pytest.mark.parametrize("make", REFUSED.values(), ids=REFUSED)
def test_attachments_are_refused_and_nothing_is_posted(
    make: Callable[[User], EmailMessage], alice: User, bob: User, direct: int
) -> None:
    assert take(make(bob), reply_to(bob, direct)).startswith("550 5.6.1 Attachments are not supported yet")
    assert texts() == []


@pytest.mark.parametrize("make", TAKEN.values(), ids=TAKEN)
def test_what_mail_programs_add_by_themselves_is_no_attachment(
    make: Callable[[User], EmailMessage], alice: User, bob: User, direct: int
) -> None:
    assert take(make(bob), reply_to(bob, direct)) == answers.POSTED
    assert texts() == [TEXT]


# --- machines ----------------------------------------------------------------------------------------------------

AUTOMATIC = [
    {"Auto_Submitted": "auto-replied"},
    {"Auto_Submitted": "Auto-Generated; owner-email=bob@example.com"},
    {"Precedence": "bulk"},
    {"Precedence": "Junk"},
    {"Precedence": "list"},
    {"Precedence": "auto_reply"},
    {"X_Autoreply": "yes"},
    {"X_Autorespond": "Out of office"},
    {"X_Auto_Response_Suppress": "All"},
    {"List_Id": "<people.example.com>"},
    {"Message_ID": message_id("n.1.1")},
]
PERSONAL = [
    {"Auto_Submitted": "no"},
    {"Precedence": "first-class"},
    {"X_Autoreply": "no"},
    {"Message_ID": "<n.1.1.0123456789abcdef0123@127.0.0.1>"},
]


@pytest.mark.parametrize("fields", AUTOMATIC, ids=count())
def test_an_automatic_mail_is_taken_and_dropped(
    fields: dict[str, str], alice: User, bob: User, direct: int, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        assert take(reply_mail(bob, **fields), reply_to(bob, direct)) == answers.DROPPED
    assert f"dropped an automatic mail to user {bob.id}" in caplog.text
    assert texts() == []


@pytest.mark.parametrize("sender", ["", "<>"])
def test_a_mail_without_an_envelope_sender_is_taken_and_dropped(
    sender: str, alice: User, bob: User, direct: int
) -> None:
    assert take(reply_mail(bob), reply_to(bob, direct), envelope_sender=sender) == answers.DROPPED
    assert texts() == []


@pytest.mark.parametrize("fields", PERSONAL, ids=str)
def test_a_persons_mail_is_none_of_them(fields: dict[str, str], alice: User, bob: User, direct: int) -> None:
    assert take(reply_mail(bob, **fields), reply_to(bob, direct)) == answers.POSTED


# --- too much ----------------------------------------------------------------------------------------------------


def test_a_flood_of_replies_is_slowed_down(alice: User, bob: User, direct: int, group: int) -> None:
    for number in range(rates_of(Category.REPLY)[0].limit):
        assert take(reply_mail(bob, f"Reply {number}"), reply_to(bob, direct)) == answers.POSTED
    assert take(reply_mail(bob, "One more"), reply_to(bob, group)).startswith("450 4.7.1 Too many replies")
    assert take(reply_mail(alice), reply_to(alice, direct)) == answers.POSTED
    store.attempt(lambda client: client.flushdb(), None)
    assert take(reply_mail(bob, "One more"), reply_to(bob, group)).startswith("450")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE api_bucket SET full_at = full_at - interval '2 minutes'")
    assert take(reply_mail(bob, "One more"), reply_to(bob, group)) == answers.POSTED


def test_without_redis_replies_are_taken(alice: User, bob: User, direct: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_rest_until", float("inf"))
    assert take(reply_mail(bob), reply_to(bob, direct)) == answers.POSTED


def nested(depth: int) -> bytes:
    heads = [f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(depth)]
    return "".join(heads).encode()


BOMBS = {
    "10,000 parts": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 10_000,
    "100,000 empty parts": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n" * 99_000,
    "parts in parts": nested(1_000),
    "mails in mails": b"Content-Type: message/rfc822\n\n" * 10_000,
    "a mail of newlines": b"\n" * 1_000_000,
    "an endless field": b"Content-Type: text/plain" + b';\n a="' * 100_000 + b"\n\nx",
    "an endless field of a part": nested(1) + b"Content-Type: text/plain" + b';\n a="' * 100_000 + b"\n\nx",
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_mail_bomb_is_refused(bomb: bytes, alice: User, bob: User, direct: int) -> None:
    assert take(b"From: bob@example.com\n" + bomb, reply_to(bob, direct)).startswith("554 5.6.0 The mail has too many")
    assert texts() == []


HOSTILE = {
    "an endless From": b"From: " + b'"' * 100_000 + b" <bob@example.com>\n",
    "brackets in brackets": b"From: " + b"(" * 100_000 + b"bob@example.com\n",
    "controls": b"From: bob@example.com\x1b[2J\r\x00\n",
    "a break": b"From: bob@example.com\xe2\x80\xa8evil\n",
}


@pytest.mark.parametrize("field", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_field_is_refused(field: bytes, alice: User, bob: User, direct: int) -> None:
    assert take(field + b"\nx", reply_to(bob, direct)).startswith("550 5.7.1")


def test_the_log_tells_no_addresses_and_nothing_that_a_stranger_wrote(
    alice: User, bob: User, direct: int, caplog: pytest.LogCaptureFixture
) -> None:
    address = reply_to(bob, direct)
    hostile = "x\x1b[2Jx"
    with caplog.at_level(logging.DEBUG):
        take(reply_mail(bob, Subject=TEXT), address)
        take(with_from(hostile), address)
        take(raw(bob, f"Auto-Submitted: {hostile}\nMessage-ID: {hostile}\nPrecedence: {hostile}", b"x"), address)
        take(raw(bob, f"Message-ID: {hostile}", b"a harbour"), address)
        take(raw(bob, f"Message-ID: {hostile}", b"a lantern"), address)
    said = "".join(record.getMessage() for record in caplog.records if record.name.startswith("worker"))
    assert said
    for secret in (address.partition("@")[0], "\x1b", "example.com", "harbour", "lantern", TEXT):
        assert secret not in said


def test_a_fault_of_ours_is_tried_again_and_logged_without_the_mails_words(
    alice: User, bob: User, direct: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "a harbour"

    def fail(*args: object, **kwargs: object) -> None:
        raise ValueError(secret)

    monkeypatch.setattr("worker.inbound.replies.text_of", fail)
    assert take(reply_mail(bob), reply_to(bob, direct)) == answers.LATER
    assert "ValueError" in caplog.text and "reply_post" in caplog.text and secret not in caplog.text
