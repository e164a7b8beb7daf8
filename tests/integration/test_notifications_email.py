"""From a message to a mail on a real SMTP server: what it says, and what happens when the server refuses it."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from django.utils import timezone

from backend.accounts.models import Signup, User
from backend.accounts.services import signup_confirm, signup_of_token, signup_request
from backend.chat.models import Conversation, Message, Participant
from backend.chat.services import message_delete, message_send, notifications_set, read_advance
from backend.live.presence import presence_note
from backend.notifications.models import Burst, Delivery
from backend.notifications.verdicts import Verdict
from tests.integration.smtp import MailServer, mail_server, text_of
from worker.channels.email.names import NAME_MAX, clean_name
from worker.dispatch import bursts_dispatch
from worker.signups import signups_mail

PASSWORD = "correct horse battery"
HOSTILE = [
    "Bob\r\nBcc: eve@example.com",
    "Bob\u2028Bcc: eve@example.com",
    "\u202egro.elpmaxe@knab",
    'Bob" <eve@example.com>, "',
    "Evil, a@b.c <u@x>",
    "\x00\x0b\x85Bob",
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
    Participant.objects.exclude(waiting_since=None).update(waiting_since=hour_ago)
    Burst.objects.update(due_at=hour_ago)


def dispatch() -> None:
    overdue()
    bursts_dispatch()


def only(server: MailServer) -> EmailMessage:
    assert len(server.mails) == 1
    return server.mails[0]


def rename(user: User, name: str) -> None:
    User.objects.filter(id=user.id).update(name=name)


def test_one_mail_tells_what_was_missed(settings: Any, server: MailServer, alice: User, direct: int) -> None:
    for text in ("Hello", "Are you there?", "<script>alert(1)</script> & more"):
        say(alice, direct, text)
    dispatch()
    dispatch()
    mail = only(server)
    assert server.recipients == ["bob@example.com"]
    assert mail["Subject"] == "Alice: 3 new messages"
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


def test_a_group_without_a_title_is_named_by_who_wrote(
    server: MailServer, alice: User, bob: User, carol: User, group: int
) -> None:
    Conversation.objects.update(title="")
    say(bob, group)
    say(carol, group)
    dispatch()
    subjects = {mail["To"].addresses[0].addr_spec: mail["Subject"] for mail in server.mails}
    assert subjects["alice@example.com"] == "Bob and Carol: 2 new messages"


def test_a_long_absence_is_one_mail_of_bounded_length(server: MailServer, alice: User, direct: int) -> None:
    for number in range(25):
        say(alice, direct, f"Message {number}: " + "x" * 9000)
    dispatch()
    mail = only(server)
    assert mail["Subject"] == "Alice: 25 new messages"
    assert "Message 19" in text_of(mail) and "Message 20" not in text_of(mail)
    assert "and 5 more" in text_of(mail)
    assert len(mail.as_bytes()) < 102_000


def test_the_headers_thread_the_mail_and_stop_robots(
    settings: Any, server: MailServer, alice: User, bob: User, direct: int
) -> None:
    say(alice, direct)
    dispatch()
    say(alice, direct)
    dispatch()
    first, second = server.mails
    burst = Burst.objects.earliest("id")
    assert first["Message-ID"] != second["Message-ID"]
    assert first["Message-ID"].startswith(f"<n.{burst.id}.")
    assert first["References"] == first["In-Reply-To"] == second["References"]
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["X-Auto-Response-Suppress"] == "All"
    assert first["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stop = first["List-Unsubscribe"].strip()
    assert stop.startswith(f"<{settings.PUBLIC_URL}/n/unsubscribe/") and stop[1:-1] in text_of(first)
    assert first["List-Id"].startswith(f"<conversation-{direct}.")
    assert parsedate_to_datetime(first["Date"]) == burst.created_at.replace(microsecond=0)
    assert Delivery.objects.earliest("id").message_id == first["Message-ID"]


def test_times_are_those_of_the_reader(server: MailServer, alice: User, bob: User, direct: int) -> None:
    User.objects.filter(id=bob.id).update(timezone="Asia/Kolkata")
    say(alice, direct)
    Message.objects.update(created_at=datetime(2026, 10, 6, 20, 0, tzinfo=UTC))
    dispatch()
    assert "Wed 7 Oct, 01:30" in text_of(only(server))
    assert "Asia/Kolkata" in text_of(only(server))


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_breaks_a_header(server: MailServer, alice: User, bob: User, direct: int, name: str) -> None:
    rename(alice, name.replace("\x00", ""))
    rename(bob, name.replace("\x00", ""))
    say(alice, direct)
    dispatch()
    mail = only(server)
    assert server.recipients == ["bob@example.com"]
    assert [address.addr_spec for address in mail["To"].addresses] == ["bob@example.com"]
    assert mail["Bcc"] is None
    assert mail["Subject"].strip() == f"{clean_name(name)}: 1 new message"
    assert len(mail["Subject"].strip()) <= NAME_MAX + len(": 1 new message")
    assert not set(mail["Subject"]) & set("\r\n\u2028\u202e\x0b\x85\x00")


@pytest.mark.parametrize("name", [*HOSTILE, "B" * 500, "=?utf-8?q?=E2=80=AEBob?="])
def test_a_cleaned_name_is_one_short_line(name: str) -> None:
    cleaned = clean_name(name)
    assert cleaned == " ".join(cleaned.split()) == clean_name(cleaned)
    assert 0 < len(cleaned) <= NAME_MAX and "=?" not in cleaned
    assert cleaned.replace("\u200d", "").isprintable()  # the joiner of emoji stays


def test_what_was_read_meanwhile_is_not_announced(server: MailServer, alice: User, bob: User, direct: int) -> None:
    say(alice, direct, "read")
    say(alice, direct, "unread")
    seq = say(alice, direct, "regretted")
    message_delete(editor_id=alice.id, conversation_id=direct, seq=seq)
    read_advance(user_id=bob.id, conversation_id=direct, seq=1)
    dispatch()
    assert only(server)["Subject"] == "Alice: 1 new message"
    assert "unread" in text_of(only(server)) and "regretted" not in text_of(only(server))


def test_nothing_is_sent_to_one_who_read_everything(server: MailServer, alice: User, bob: User, direct: int) -> None:
    say(alice, direct)
    bursts_dispatch(budget=0)
    read_advance(user_id=bob.id, conversation_id=direct, seq=1)
    dispatch()
    assert server.mails == []
    assert Burst.objects.get().verdict == Verdict.READ


def test_somebody_looking_is_told_when_they_are_away(
    settings: Any, server: MailServer, alice: User, bob: User, direct: int
) -> None:
    say(alice, direct)
    presence_note([(bob.id, "")])
    dispatch()
    assert server.mails == []
    burst = Burst.objects.get()
    assert (burst.state, burst.verdict) == (Burst.State.OPEN, Verdict.ACTIVE)
    assert burst.due_at > timezone.now() + timedelta(seconds=settings.HARK_AWAY_AFTER - 10)
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
    assert Burst.objects.get().verdict == (Verdict.SEND if mails else Verdict.MUTED)


def test_a_refused_recipient_is_not_tried_again(server: MailServer, alice: User, direct: int) -> None:
    server.rcpt_answers = ["550 5.1.1 No such user"]
    say(alice, direct)
    dispatch()
    dispatch()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.error) == (Delivery.State.FAILED, "550 5.1.1 No such user")
    assert Burst.objects.get().verdict == Verdict.FAILED
    assert server.mails == []


@pytest.mark.parametrize("step", ["rcpt_answers", "data_answers"])
def test_a_busy_server_gets_the_same_mail_later(server: MailServer, alice: User, direct: int, step: str) -> None:
    setattr(server, step, ["451 4.3.0 Try again later"])
    say(alice, direct)
    dispatch()
    delivery, burst = Delivery.objects.get(), Burst.objects.get()
    assert (delivery.state, delivery.error) == (Delivery.State.RETRY, "451 4.3.0 Try again later")
    assert burst.state == Burst.State.OPEN and burst.due_at > timezone.now() + timedelta(seconds=5)
    say(alice, direct, "Later")
    dispatch()
    first = server.mails[0]
    assert first["Message-ID"] == delivery.message_id
    assert first["Subject"] == "Alice: 1 new message"
    dispatch()
    assert [mail["Subject"] for mail in server.mails] == ["Alice: 1 new message"] * 2


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
    monkeypatch: pytest.MonkeyPatch, server: MailServer, alice: User, bob: User, group: int
) -> None:
    from worker import dispatch as module

    build, faulty = module.notice_build, [True]

    def notice_build(notice: Any) -> Any:
        if faulty:
            faulty.pop()
            raise RuntimeError("a fault")
        return build(notice)

    monkeypatch.setattr(module, "notice_build", notice_build)
    say(alice, group)
    dispatch()
    assert len(server.mails) == 1
    dispatch()
    assert len(server.mails) == 2


def test_a_signup_is_mailed_once_and_its_link_works(settings: Any, server: MailServer, transactional_db: None) -> None:
    settings.HARK_SIGNUP = "open"
    signup_request(email="New@example.com", name="New", password=PASSWORD, ip="127.0.0.1")
    signups_mail()
    signups_mail()
    link = text_of(only(server)).split("/signup/confirm/")[1].split()[0]
    signup = signup_of_token(link)
    assert signup is not None
    assert signup_confirm(signup).email == "new@example.com"


def test_a_known_address_is_told_so_and_gets_no_link(settings: Any, server: MailServer, alice: User) -> None:
    settings.HARK_SIGNUP = "open"
    signup_request(email=alice.email, name="Eve", password=PASSWORD, ip="127.0.0.1")
    signups_mail()
    assert only(server)["Subject"] == "You have an account already"
    assert "/signup/confirm/" not in text_of(only(server)) and "Eve" not in text_of(only(server))


def test_a_signup_that_could_not_be_mailed_stays_owed(settings: Any, server: MailServer, db: None) -> None:
    from backend.live import store

    settings.HARK_SIGNUP = "open"
    server.data_answers = ["451 4.3.0 Try again later"]
    signup_request(email="new@example.com", name="New", password=PASSWORD, ip="127.0.0.1")
    signups_mail()
    signups_mail()
    assert server.mails == [] and Signup.objects.get().mailed_at is None
    store.client().flushdb()
    signups_mail()
    assert len(server.mails) == 1 and Signup.objects.get().mailed_at is not None
