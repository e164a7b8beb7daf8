"""What becomes of a mail to a bounce address: the address of its owner is suppressed, or nothing happens."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from backend.accounts.models import User
from backend.chat.models import Message
from backend.notifications import mailbox
from backend.notifications.models import ERROR_MAX, Suppression
from tests.support.replies import DOMAIN, bounce_mail, bounce_to, reply_mail, reply_to
from worker.inbound import answers
from worker.inbound.receiver import mail_take


@pytest.fixture(autouse=True)
def domain(settings: Any) -> None:
    settings.HARK_INBOUND_DOMAIN = DOMAIN


def take(mail: bytes, address: str) -> str:
    [answer] = mail_take(mail, "<>", [address])
    return answer


def suppressed() -> list[tuple[str, str]]:
    return list(Suppression.objects.values_list("email", "reason"))


def test_a_bounce_suppresses_the_address_and_keeps_the_words_of_its_server(bob: User) -> None:
    for _ in range(2):
        assert take(bounce_mail("Bob@Example.com"), bounce_to(bob)) == answers.NOTED
    assert suppressed() == [("bob@example.com", "550 5.1.1 <Bob@Example.com>: Recipient address rejected")]


@pytest.mark.parametrize("status", ["5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"])
def test_no_such_mailbox_is_for_good(bob: User, status: str) -> None:
    take(bounce_mail(bob.email, Status=f"{status} (said by the other side)"), bounce_to(bob))
    assert [email for email, _ in suppressed()] == ["bob@example.com"]


@pytest.mark.parametrize(
    "status",
    ["2.1.1", "4.1.1", "4.4.7", "5.0.0", "5.1.7", "5.1.8", "5.2.2", "5.4.4", "5.7.1", "5.1", "", "x"],
)
def test_what_may_pass_or_is_our_own_fault_suppresses_nothing(bob: User, status: str) -> None:
    assert take(bounce_mail(bob.email, Status=status), bounce_to(bob)) == answers.NOTED
    assert suppressed() == []


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", ""])
def test_only_a_failure_counts(bob: User, action: str) -> None:
    take(bounce_mail(bob.email, Action=action), bounce_to(bob))
    assert suppressed() == []


@pytest.mark.parametrize(
    "recipient",
    ["rfc822; alice@example.com", "rfc822; bob@example.com.evil.example", "bob@example.com", "rfc822;", ""],
)
def test_a_bounce_of_another_address_suppresses_nothing(alice: User, bob: User, recipient: str) -> None:
    take(bounce_mail(bob.email, Final_Recipient=recipient), bounce_to(bob))
    assert suppressed() == []


def test_a_bounce_without_the_words_of_the_server_tells_its_status(bob: User) -> None:
    take(bounce_mail(bob.email, Diagnostic_Code=""), bounce_to(bob))
    assert suppressed() == [("bob@example.com", "5.1.1")]


def test_the_words_of_a_server_are_one_short_line(bob: User) -> None:
    take(bounce_mail(bob.email, Diagnostic_Code="smtp; 550 \x1b[2J\n no " + "x" * 3000), bounce_to(bob))
    [(_, reason)] = suppressed()
    assert len(reason) == ERROR_MAX and reason.startswith("550 [2J no xxx")


NO_REPORTS = {
    "a person's mail": reply_mail("bob@example.com").as_bytes(),
    "another report": bounce_mail("bob@example.com").replace(b"delivery-status;", b"disposition-notification;"),
    "no report": bounce_mail("bob@example.com").replace(b"multipart/report;", b"multipart/mixed;"),
    "a report without its part": bounce_mail("bob@example.com").replace(b"message/delivery-status", b"text/plain"),
    "two recipients in one": bounce_mail("bob@example.com").replace(
        b"\nAction", b"\nFinal-Recipient: rfc822;a@b.c\nAction"
    ),
    "nothing": b"",
    "noise": bytes(range(256)) * 100,
}


@pytest.mark.parametrize("mail", NO_REPORTS.values(), ids=NO_REPORTS)
def test_any_other_mail_is_taken_and_dropped(bob: User, mail: bytes) -> None:
    assert take(mail, bounce_to(bob)) == answers.NOTED
    assert suppressed() == [] and not Message.objects.exists()


def test_a_forged_bounce_does_nothing(alice: User, bob: User, direct: int, monkeypatch: pytest.MonkeyPatch) -> None:
    made_up = f"b-{'a' * 48}@{DOMAIN}"
    assert take(bounce_mail(bob.email), made_up).startswith("550 5.1.1")
    assert take(bounce_mail(bob.email), bounce_to(alice)) == answers.NOTED
    assert take(bounce_mail(bob.email), reply_to(bob, direct)) == answers.DROPPED
    assert take(bounce_mail(bob.email), "b" + reply_to(bob, direct)[1:]).startswith("550 5.1.1")
    old = bounce_to(bob)
    later = timezone.now().date() + timedelta(days=mailbox.BOUNCE_DAYS + 1)
    monkeypatch.setattr(mailbox, "_today", lambda: later)
    assert take(bounce_mail(bob.email), old).startswith("550 5.7.1 This address is older")
    assert suppressed() == []


def test_a_bounce_for_somebody_who_is_gone_does_nothing(db: None) -> None:
    address = mailbox.bounce_address(user_id=10**12)
    assert address is not None
    assert take(bounce_mail("bob@example.com"), address) == answers.NOTED
    assert suppressed() == []
