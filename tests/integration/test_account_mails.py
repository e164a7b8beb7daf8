"""Mails about an account: who gets which, in what language, and that they go out once."""

import re
from collections.abc import Iterator
from copy import copy
from email.message import EmailMessage
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone

from backend.accounts.models import AccountMail, MailKind, Signup, User
from backend.accounts.selectors import MAILS_AT_ONCE, mails_owed
from backend.accounts.services import (
    access_end,
    email_change_confirm,
    email_change_of_token,
    email_change_request,
    email_change_token,
    leftovers_purge,
    reset_request,
    reset_user,
)
from backend.accounts.services.mails import MAIL_LIFE, RETRY_AFTER, RETRY_AFTER_MAX, mail_owe, mail_put_off, next_try
from backend.live import store
from backend.notifications.models import Burst
from backend.notifications.selectors.preferences import is_suppressed
from backend.notifications.services.suppression import address_suppress
from tests.conftest import PASSWORD
from tests.integration.smtp import MailServer, mail_server, text_of
from worker.account_mails import account_mails_send
from worker.signups import signups_mail

IP = "10.1.1.1"
LANGUAGES = ("en", "es", "ar")
FACTS: dict[str, Any] = {"new": "new@example.com", "old": "alice@example.com", "left": 3}
SUBJECTS = {
    "password_reset": ("Choose a new password", "Elige una contraseña nueva", "اختر كلمة مرور جديدة"),
    "password_changed": ("Your password was changed", "Tu contraseña ha cambiado", "تغيّرت كلمة مرورك"),
    "email_confirm": ("Confirm your address", "Confirma tu dirección de correo", "أكِّد عنوان بريدك الإلكتروني"),
    "email_asked": (
        "Your address is about to change",
        "Tu dirección está a punto de cambiar",
        "عنوانك على وشك أن يتغير",
    ),
    "email_changed": ("Your address was changed", "Tu dirección ha cambiado", "تغيّر عنوانك"),
    "second_factor_on": (
        "Signing in now takes a code",
        "Ahora hace falta un código para entrar",
        "تسجيل الدخول يتطلب رمزًا الآن",
    ),
    "second_factor_off": ("Your second factor was removed", "Se ha quitado tu segundo factor", "أُزيل عاملك الثاني"),
    "recovery_code_used": (
        "A recovery code was used",
        "Se ha usado un código de recuperación",
        "استُخدم رمز استرداد",
    ),
    "recovery_codes_made": (
        "You have new recovery codes",
        "Tienes nuevos códigos de recuperación",
        "لديك رموز استرداد جديدة",
    ),
}


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.PUBLIC_URL = "https://chat.example.org"
    with mail_server() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.host, server.port
        yield server


def sent(server: MailServer) -> list[tuple[str, str]]:
    """(to, subject) of all mails."""
    return sorted((mail["To"], mail["Subject"].strip()) for mail in server.mails)


def token_in(mail: EmailMessage, path: str) -> str:
    found = re.search(rf"https://chat\.example\.org/{path}/(\S+)", text_of(mail))
    assert found
    return found[1]


@pytest.mark.parametrize("kind", MailKind.values)
def test_each_mail_is_in_its_readers_language(kind: str, server: MailServer, alice: User) -> None:
    for number, language in enumerate(LANGUAGES):
        User.objects.filter(id=alice.id).update(language=language)
        address = "new@example.com" if kind == "email_confirm" else alice.email
        mail_owe(MailKind(kind), user=alice, email=address, **FACTS)
        account_mails_send()
        mail = server.mails[-1]
        assert (mail["Subject"].strip(), mail["To"]) == (SUBJECTS[kind][number], address)
        assert mail["Content-Language"] == language
        html = mail.get_body(("html",))
        assert html is not None and f'lang="{language}"' in html.get_content()
        assert mail["Auto-Submitted"] == "auto-generated" and mail["Message-ID"].endswith("@chat.example.org>")
        assert "None" not in text_of(mail) and "%(" not in text_of(mail)
        assert "Alice" not in text_of(mail)
    assert len(server.mails) == len(LANGUAGES)


def test_a_forgotten_password_is_mailed_to_its_owner_once(server: MailServer, alice: User) -> None:
    reset_request(email="Alice@Example.com", ip=IP)
    reset_request(email="nobody@example.com", ip=IP)
    for _ in range(2):
        store.client().flushdb()
        account_mails_send()
    assert sent(server) == [("alice@example.com", "Choose a new password")]
    assert reset_user(token_in(server.mails[0], "password/reset")) == alice
    assert not AccountMail.objects.filter(mailed_at=None).exists()


def test_who_is_switched_off_gets_no_mail(server: MailServer, alice: User) -> None:
    alice.is_active = False
    alice.save()
    reset_request(email=alice.email, ip=IP)
    mail_owe(MailKind.PASSWORD_CHANGED, user=alice)
    account_mails_send()
    assert server.mails == []


def test_what_a_server_puts_off_is_tried_again_and_what_it_refuses_is_not(server: MailServer, alice: User) -> None:
    server.data_answers = ["451 4.3.0 Try again later"]
    mail_owe(MailKind.PASSWORD_CHANGED, user=alice)
    account_mails_send()
    assert (server.mails, AccountMail.objects.get().mailed_at) == ([], None)
    store.client().flushdb()
    AccountMail.objects.update(due_at=F("created_at"))
    account_mails_send()
    assert len(server.mails) == 1
    server.rcpt_answers = ["550 5.1.1 No such mailbox"]
    mail_owe(MailKind.PASSWORD_CHANGED, user=alice)
    account_mails_send()
    assert len(server.mails) == 1 and not AccountMail.objects.filter(mailed_at=None).exists()


def test_another_address_is_confirmed_by_its_mail_and_both_are_told(server: MailServer, alice: User) -> None:
    email_change_request(user=alice, email="New@Example.com", password=PASSWORD)
    account_mails_send()
    assert sent(server) == [
        ("alice@example.com", "Your address is about to change"),
        ("new@example.com", "Confirm your address"),
    ]
    notice, confirmation = sorted(server.mails, key=lambda mail: str(mail["To"]))
    assert "new@example.com" in text_of(notice) and "/email/confirm/" not in text_of(notice)
    found = email_change_of_token(token_in(confirmation, "email/confirm"))
    assert found is not None and email_change_confirm(user=found[0], email=found[1])
    alice.refresh_from_db()
    assert alice.email == "new@example.com"
    account_mails_send()
    assert sent(server)[1::2] == [
        ("alice@example.com", "Your address was changed"),
        ("new@example.com", "Your address was changed"),
    ]


def test_the_owner_of_a_taken_address_is_told_and_gets_no_link(server: MailServer, alice: User, bob: User) -> None:
    email_change_request(user=alice, email=bob.email, password=PASSWORD)
    account_mails_send()
    (told,) = [mail for mail in server.mails if mail["To"] == bob.email]
    assert told["Subject"] == "You have an account already"
    assert "/email/confirm/" not in text_of(told) and alice.email not in text_of(told)


def test_a_new_address_starts_with_a_clean_slate(server: MailServer, alice: User) -> None:
    address_suppress(email=alice.email, reason="550 No such user")
    email_change_confirm(user=alice, email="new@example.com")
    assert not is_suppressed("new@example.com")
    assert not is_suppressed("alice@example.com"), "nothing is kept of an address that is nobody's any more"


def test_what_the_former_address_did_not_take_is_looked_at_again(alice: User, direct: int) -> None:
    later = timezone.now() + MAIL_LIFE
    burst = Burst.objects.create(recipient=alice, conversation_id=direct, due_at=later)
    email_change_confirm(user=alice, email="new@example.com")
    burst.refresh_from_db()
    assert burst.due_at < later


def test_old_mails_are_forgotten(alice: User) -> None:
    reset_request(email="nobody@example.com", ip=IP)
    mail_owe(MailKind.PASSWORD_CHANGED, user=alice)
    AccountMail.objects.filter(user=alice).update(created_at=timezone.now() - MAIL_LIFE)
    leftovers_purge()
    assert AccountMail.objects.get().email == "nobody@example.com"


def test_one_that_cannot_be_made_does_not_stop_those_behind_it(
    server: MailServer, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "attempt", lambda call, default: default)  # the store is away
    AccountMail.objects.create(kind="of another release", user=alice, email=alice.email)
    mail_owe(MailKind.RECOVERY_CODE_USED, user=alice)  # without its fact
    mail_owe(MailKind.PASSWORD_CHANGED, user=alice, email="\u0131@x.com")
    mail_owe(MailKind.PASSWORD_CHANGED, user=alice)
    Signup.objects.create(email="=?utf-8?q?=41?=@x.com", name="Eve", created_at=timezone.now())
    Signup.objects.create(email="erin@example.com", name="Erin", created_at=timezone.now())
    for _ in range(2):
        account_mails_send()
        signups_mail()
    assert sorted(to for to, _ in sent(server)) == [alice.email, "erin@example.com"]
    for owed in (AccountMail, Signup):
        late = owed.objects.filter(mailed_at=None)
        assert late and all(mail.due_at > timezone.now() + RETRY_AFTER / 2 for mail in late)


def test_those_that_are_put_off_do_not_stand_before_the_others(alice: User) -> None:
    created = timezone.now() - RETRY_AFTER_MAX * 5
    put_off = AccountMail(kind=MailKind.PASSWORD_CHANGED, user=alice, email=alice.email)
    AccountMail.objects.bulk_create([copy(put_off) for _ in range(MAILS_AT_ONCE)])
    AccountMail.objects.update(created_at=created)
    for mail in mails_owed():
        mail_put_off(mail)
    assert mails_owed() == []
    mail_owe(MailKind.PASSWORD_CHANGED, user=alice)
    assert [mail.created_at > created for mail in mails_owed()] == [True]
    AccountMail.objects.update(due_at=F("created_at"))
    assert len(mails_owed()) == MAILS_AT_ONCE
    assert next_try(created) - timezone.now() <= RETRY_AFTER_MAX < timezone.now() - created


def test_a_request_for_another_address_gets_no_mail_once_access_has_ended(server: MailServer, alice: User) -> None:
    email_change_request(user=alice, email="new@example.com", password=PASSWORD)
    access_end(user=alice)
    account_mails_send()
    assert sent(server) == [("alice@example.com", "Your address is about to change")]
    assert not AccountMail.objects.filter(mailed_at=None).exists()


def test_a_confirmation_of_before_the_end_of_access_changes_nothing(alice: User) -> None:
    asked = email_change_of_token(email_change_token(alice, "new@example.com"))
    assert asked
    access_end(user=User.objects.get(id=alice.id))
    assert not email_change_confirm(user=asked[0], email=asked[1])
    alice.refresh_from_db()
    assert alice.email == "alice@example.com"


def test_whoever_sets_a_password_its_owner_is_told(alice: User) -> None:
    alice.set_password("another horse battery")
    alice.save()
    alice.save()
    assert AccountMail.objects.get().kind == MailKind.PASSWORD_CHANGED
