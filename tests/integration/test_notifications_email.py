"""From a message to a mail on a real SMTP server: what it says, and what happens when the server refuses it."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone

from backend.accounts.models import Signup, User
from backend.accounts.services import signup_confirm, signup_of_token, signup_request
from backend.chat.models import Conversation, Message, Participant
from backend.chat.services import message_delete, message_send, notifications_set, read_advance
from backend.live.presence import presence_note
from backend.notifications.models import Burst, Delivery, LogEntry, NotificationSettings, Suppression
from backend.notifications.services.suppression import address_suppress, address_unsuppress
from backend.notifications.verdicts import Channel, Verdict
from tests.integration.smtp import MailServer, mail_server, text_of
from tests.support.letters import letter
from worker.channels import email
from worker.channels.email.names import NAME_MAX, clean_name
from worker.dispatch import bursts_decide, deliveries_send
from worker.signups import signups_mail

PASSWORD = "correct horse battery"
HOSTILE = [
    "Bob\r\nBcc: eve@example.com",
    "Bob\u2028Bcc: eve@example.com",
    "\u202egro.elpmaxe@knab",
    'Bob" <eve@example.com>, "',
    "Evil, a@b.c <u@x>",
    "\x0b\x85Bob",
    "B" * 100,
    "=?utf-8?q?Bob?=",
    "Björn 👩‍🚀",
]


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    settings.HARK_EMAIL_DELAY = 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with mail_server() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.host, server.port
        yield server


def say(sender: User, conversation_id: int, text: str = "Hello") -> int:
    message, _ = message_send(sender_id=sender.id, conversation_id=conversation_id, client_id=uuid.uuid4(), text=text)
    return int(message["seq"])


def overdue() -> None:
    """As if everything waited for an hour; in a test's transaction the database's clock stands still."""
    hour_ago = timezone.now() - timedelta(hours=1)
    Participant.objects.exclude(waiting_since=None).update(waiting_since=F("waiting_since") - timedelta(hours=1))
    Burst.objects.update(due_at=hour_ago)
    Delivery.objects.update(due_at=hour_ago)
    Delivery.objects.exclude(state=Delivery.State.DUE).update(created_at=hour_ago)


def dispatch() -> None:
    overdue()
    bursts_decide()
    overdue()
    deliveries_send(Channel.EMAIL)


def only(server: MailServer) -> EmailMessage:
    assert len(server.mails) == 1
    return server.mails[0]


def rename(user: User, name: str) -> None:
    User.objects.filter(id=user.id).update(name=name)


def logged(user: User) -> list[str]:
    """The verdicts about email in the user's log, in their order."""
    entries = LogEntry.objects.filter(recipient=user, channel=Channel.EMAIL).order_by("id")
    return list(entries.values_list("verdict", flat=True))


def test_one_mail_tells_what_was_missed(settings: Any, server: MailServer, alice: User, direct: int) -> None:
    for text in ("Hello", "Are you there?", "<script>alert(1)</script> & more"):
        say(alice, direct, text)
    dispatch()
    dispatch()
    mail = only(server)
    assert server.recipients == ["bob@example.com"]
    assert mail["Subject"] == "Alice: 3 new messages"
    assert mail["From"].startswith("Alice via Hark <")
    assert "Are you there?" in text_of(mail)
    assert f"{settings.PUBLIC_URL}/c/{direct}" in text_of(mail)
    assert "<script>alert(1)</script> & more" in text_of(mail)
    assert "<script>" not in text_of(mail, "html")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in text_of(mail, "html")
    assert "<table" not in text_of(mail, "html")


def test_one_message_is_singular(server: MailServer, alice: User, direct: int) -> None:
    say(alice, direct)
    dispatch()
    assert only(server)["Subject"] == "Alice: 1 new message"


def test_a_group_is_named_by_its_title(server: MailServer, alice: User, bob: User, group: int) -> None:
    say(alice, group)
    say(bob, group)
    dispatch()
    subjects = {mail["To"].addresses[0].addr_spec: mail["Subject"] for mail in server.mails}
    assert subjects == {
        "alice@example.com": "Harbour light: 1 new message",
        "bob@example.com": "Harbour light: 1 new message",
        "carol@example.com": "Harbour light: 2 new messages",
    }
    assert len(set(server.peers)) == 1, "on one connection"


def test_a_group_without_a_title_is_named_by_who_wrote(
    server: MailServer, alice: User, bob: User, carol: User, group: int
) -> None:
    Conversation.objects.update(title="")
    say(bob, group)
    say(carol, group)
    dispatch()
    subjects = {mail["To"].addresses[0].addr_spec: mail["Subject"] for mail in server.mails}
    assert subjects["alice@example.com"] == "Bob and Carol: 2 new messages"


@pytest.mark.parametrize("first", ["direct", "group"])
def test_what_was_missed_in_several_conversations_is_one_mail_in_its_order(
    server: MailServer, alice: User, direct: int, group: int, first: str
) -> None:
    said = {"direct": (direct, "to you"), "group": (group, "to all")}
    for conversation, text in said.values():
        say(alice, conversation, text)
    waiting = Participant.objects.filter(conversation_id=said[first][0]).exclude(waiting_since=None)
    waiting.update(waiting_since=F("waiting_since") - timedelta(minutes=1))
    with connection.cursor() as cursor:  # an index happens to have the order that is wanted
        cursor.execute("SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off")
    dispatch()
    (mail,) = [mail for mail in server.mails if "bob" in mail["To"]]
    in_order = {"direct": "Alice and Harbour light", "group": "Harbour light and Alice"}
    assert mail["Subject"] == f"{in_order[first]}: 2 new messages"
    assert "to you" in text_of(mail) and "to all" in text_of(mail)
    assert mail["Message-ID"].startswith("<d.")


def test_hidden_content_stays_hidden(server: MailServer, alice: User, bob: User, direct: int) -> None:
    NotificationSettings.objects.create(user=bob, hide_content=True)
    say(alice, direct, "a secret")
    dispatch()
    mail = only(server)
    assert mail["Subject"] == "1 new message"
    whole = mail.as_string() + text_of(mail) + text_of(mail, "html")
    assert "secret" not in whole and "Alice" not in whole


def test_a_test_arrives_like_a_notice(server: MailServer, bob: User) -> None:
    assert list(email.send([letter(to=bob)]))[0][1] is None
    assert only(server)["Subject"] == "Test: your emails from Hark arrive"


def test_a_long_absence_is_one_mail_of_bounded_length(server: MailServer, alice: User, direct: int) -> None:
    for number in range(25):
        say(alice, direct, f"Message {number}: " + "x" * 9000)
    dispatch()
    mail = only(server)
    assert mail["Subject"] == "Alice: 25 new messages"
    assert "Message 9" in text_of(mail) and "Message 20" not in text_of(mail)
    assert "more messages" in text_of(mail)
    assert len(mail.as_bytes()) < 102_000


def test_the_headers_thread_the_mail_and_stop_robots(
    settings: Any, server: MailServer, alice: User, bob: User, direct: int
) -> None:
    say(alice, direct)
    dispatch()
    say(alice, direct)
    dispatch()
    first, second = server.mails
    assert first["Message-ID"] != second["Message-ID"]
    assert first["Message-ID"].startswith(f"<{Delivery.objects.earliest('id').key}.")
    assert first["References"] == first["In-Reply-To"] == second["References"]
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["X-Auto-Response-Suppress"] == "All"
    assert first["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stop = first["List-Unsubscribe"].strip()
    assert stop.startswith(f"<{settings.PUBLIC_URL}/n/unsubscribe/") and stop[1:-1] in text_of(first)
    assert first["List-Id"].startswith(f"<conversation-{direct}.")
    created_at = Delivery.objects.latest("id").created_at
    assert abs(parsedate_to_datetime(second["Date"]) - created_at) < timedelta(hours=2)


def test_times_and_words_are_those_of_the_reader(server: MailServer, alice: User, bob: User, direct: int) -> None:
    User.objects.filter(id=bob.id).update(timezone="Asia/Kolkata", language="es")
    say(alice, direct)
    Message.objects.update(created_at=datetime(2026, 10, 6, 20, 0, tzinfo=UTC))
    dispatch()
    assert only(server)["Subject"] == "Alice: 1 mensaje nuevo"
    assert "mié 7 de octubre, 01:30" in text_of(only(server))
    assert "Las horas son las de Asia/Kolkata." in text_of(only(server))


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_breaks_a_header(server: MailServer, alice: User, bob: User, direct: int, name: str) -> None:
    rename(alice, name)
    rename(bob, name)
    say(alice, direct)
    dispatch()
    mail = only(server)
    assert server.recipients == ["bob@example.com"]
    assert [address.addr_spec for address in mail["To"].addresses] == ["bob@example.com"]
    assert mail["Bcc"] is None
    assert mail["Subject"].strip() == f"{clean_name(name)}: 1 new message"
    assert len(mail["Subject"].strip()) <= NAME_MAX + len(": 1 new message")
    assert not set(mail["Subject"]) & set("\r\n\u2028\u202e\x0b\x85\x00")


def test_what_was_read_meanwhile_is_not_announced(server: MailServer, alice: User, bob: User, direct: int) -> None:
    say(alice, direct, "read")
    say(alice, direct, "unread")
    seq = say(alice, direct, "regretted")
    message_delete(editor_id=alice.id, conversation_id=direct, seq=seq)
    read_advance(user_id=bob.id, conversation_id=direct, seq=1)
    dispatch()
    assert only(server)["Subject"] == "Alice: 1 new message"
    assert "unread" in text_of(only(server)) and "regretted" not in text_of(only(server))


def test_what_is_read_before_the_send_is_not_sent(server: MailServer, alice: User, bob: User, direct: int) -> None:
    say(alice, direct)
    overdue()
    bursts_decide()
    read_advance(user_id=bob.id, conversation_id=direct, seq=1)
    dispatch()
    assert server.mails == []
    assert Delivery.objects.get().state == Delivery.State.CANCELLED and logged(bob) == [Verdict.READ]


def test_somebody_looking_is_told_when_they_are_away(
    settings: Any, server: MailServer, alice: User, bob: User, direct: int
) -> None:
    say(alice, direct)
    presence_note([(bob.id, "")])
    dispatch()
    assert server.mails == [] and logged(bob) == [Verdict.ACTIVE]
    settings.HARK_AWAY_AFTER = 0
    dispatch()
    assert only(server)["Subject"] == "Alice: 1 new message"


@pytest.mark.parametrize(
    ("level", "hours", "mails"),
    [("none", None, 0), ("all", 1, 0), ("all", -1, 1), ("mentions", None, 1)],
)
def test_it_keeps_to_what_the_reader_chose(
    server: MailServer, alice: User, bob: User, direct: int, level: str, hours: int | None, mails: int
) -> None:
    muted_until = None if hours is None else timezone.now() + timedelta(hours=hours)
    notifications_set(user_id=bob.id, conversation_id=direct, level=level, muted_until=muted_until)
    say(alice, direct, "Nothing special")
    say(alice, direct, "@Bob, look")
    dispatch()
    dispatch()
    assert len(server.mails) == mails
    assert logged(bob) == [Verdict.SEND if mails else Verdict.MUTED]


def test_an_address_that_does_not_exist_gets_no_more_mail_until_its_owner_says_so(
    server: MailServer, alice: User, bob: User, direct: int
) -> None:
    server.rcpt_answers = ["550 5.1.1 No such user"]
    say(alice, direct)
    dispatch()
    dispatch()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.error) == (Delivery.State.DEAD, "550 5.1.1 No such user")
    suppression = Suppression.objects.get()
    assert (suppression.email, suppression.reason) == ("bob@example.com", "550 5.1.1 No such user")
    say(alice, direct)
    dispatch()
    assert server.mails == [] and logged(bob) == [Verdict.FAILED, Verdict.SUPPRESSED]
    assert address_unsuppress(user=bob)
    say(alice, direct)
    dispatch()
    assert only(server)["Subject"].startswith("Alice: ")


def test_a_refused_mail_is_put_aside_and_the_address_stays(server: MailServer, alice: User, direct: int) -> None:
    server.data_answers = ["552 5.3.4 Too big"]
    say(alice, direct)
    dispatch()
    assert Delivery.objects.get().state == Delivery.State.DEAD
    assert not Suppression.objects.exists()


def test_an_address_is_suppressed_once_in_the_words_of_the_first(bob: User) -> None:
    assert address_suppress(email="Bob@Example.com", reason="550 No such user" + "x" * 1000)
    assert not address_suppress(email="bob@example.com", reason="something else")
    suppression = Suppression.objects.get()
    assert suppression.email == "bob@example.com" and suppression.reason.startswith("550 No such userx")
    assert address_unsuppress(user=bob) and not address_unsuppress(user=bob)
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("step", ["mail_answers", "rcpt_answers", "data_answers"])
def test_a_busy_server_gets_the_same_mail_later(server: MailServer, alice: User, direct: int, step: str) -> None:
    setattr(server, step, ["451 4.3.0 Try again later"])
    say(alice, direct)
    dispatch()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.error) == (Delivery.State.DUE, "451 4.3.0 Try again later")
    assert delivery.due_at > timezone.now() + timedelta(seconds=5)
    say(alice, direct, "Later")
    dispatch()
    assert only(server)["Message-ID"].startswith(f"<{delivery.key}.")
    assert only(server)["Subject"] == "Alice: 1 new message"


def test_a_mail_that_may_have_been_taken_is_sent_again_under_the_same_id(
    server: MailServer, alice: User, direct: int
) -> None:
    server.reset_at = "DATA"
    say(alice, direct)
    dispatch()
    assert Delivery.objects.get().state == Delivery.State.DUE
    dispatch()
    first, second = server.mails
    assert Delivery.objects.get().state == Delivery.State.SENT
    for name in ("Message-ID", "Date", "Subject", "References"):
        assert first[name] == second[name]


def test_a_server_that_is_away_costs_nothing_but_time(
    settings: Any, server: MailServer, alice: User, direct: int
) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    say(alice, direct)
    dispatch()
    assert "refused" in Delivery.objects.get().error
    settings.EMAIL_PORT = port
    dispatch()
    assert len(server.mails) == 1


def test_a_fault_of_ours_is_tried_again_and_holds_up_nobody(
    monkeypatch: pytest.MonkeyPatch, server: MailServer, alice: User, group: int
) -> None:
    build, faulty = email.letter_build, [True]

    def letter_build(told: Any) -> Any:
        if faulty:
            faulty.pop()
            raise RuntimeError("a fault")
        return build(told)

    monkeypatch.setattr(email, "letter_build", letter_build)
    say(alice, group)
    dispatch()
    assert len(server.mails) == 1
    dispatch()
    assert len(server.mails) == 2


# --- sign-up --------------------------------------------------------------------------------------------------


def ask(address: str = "new@example.com", **fields: str) -> None:
    signup_request(**{"email": address, "name": "New", "ip": "127.0.0.1"} | fields)


@pytest.fixture
def open_signup(settings: Any) -> None:
    settings.HARK_SIGNUP = "open"


@pytest.mark.usefixtures("open_signup")
def test_a_signup_is_mailed_once_and_its_link_works(server: MailServer, transactional_db: None) -> None:
    ask("New@example.com", language="es")
    signups_mail()
    signups_mail()
    assert only(server)["Subject"].strip() == "Confirma tu dirección de correo"
    link = text_of(only(server)).split("/signup/confirm/")[1].split()[0]
    signup = signup_of_token(link)
    assert signup is not None
    user = signup_confirm(signup=signup, password=PASSWORD)
    assert (user.email, user.language) == ("new@example.com", "es")


@pytest.mark.usefixtures("open_signup")
def test_a_known_address_is_told_so_and_gets_no_link(server: MailServer, alice: User) -> None:
    ask(alice.email, name="Eve")
    signups_mail()
    assert only(server)["Subject"] == "You have an account already"
    assert "/signup/confirm/" not in text_of(only(server)) and "Eve" not in text_of(only(server))


@pytest.mark.usefixtures("open_signup")
def test_a_signup_that_could_not_be_mailed_stays_owed(server: MailServer, db: None) -> None:
    from backend.live import store

    server.data_answers = ["451 4.3.0 Try again later"]
    ask()
    signups_mail()
    signups_mail()
    assert server.mails == [] and Signup.objects.get().mailed_at is None
    store.client().flushdb()
    Signup.objects.update(due_at=F("created_at"))
    signups_mail()
    assert len(server.mails) == 1 and Signup.objects.get().mailed_at is not None
