"""The mails about an account: a new password, another address, the second factor."""

from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import translation
from django.utils.translation import gettext, ngettext

from backend.accounts.languages import known_language
from backend.accounts.models import AccountMail, MailKind, User
from backend.accounts.selectors import email_is_known, user_of_email
from backend.accounts.services import email_change_token, reset_token
from worker.channels.email.headers import FROM_A_MACHINE, message_id
from worker.channels.email.names import address, isolated
from worker.channels.email.render import mail_build


@dataclass(frozen=True)
class Words:
    """What such a mail says; the subject is its heading too. `link` may be empty, and then there is no `label`."""

    subject: str
    paragraphs: tuple[str, ...]
    footer: str
    label: str = ""
    link: str = ""


def account_mail_build(mail: AccountMail) -> EmailMultiAlternatives | None:
    """The mail, in the language of whose account it is; None if there is no account, or none that may sign in, or if
    what was asked for is void by now."""
    user = mail.user or user_of_email(mail.email)
    if user is None or not user.is_active or mail.facts.get("epoch", user.credential_epoch) != user.credential_epoch:
        return None
    with translation.override(known_language(user.language)):
        words = WORDS[MailKind(mail.kind)](mail, user)
        return mail_build(
            template="account",
            subject=words.subject,
            to=address("", mail.email),
            facts={
                "heading": words.subject,
                "paragraphs": words.paragraphs,
                "footer": words.footer,
                "label": words.label,
                "link": words.link,
            },
            headers={"Message-ID": message_id(f"a.{mail.id}"), **FROM_A_MACHINE},
        )


def _password_reset(mail: AccountMail, user: User) -> Words:
    subject = gettext("Choose a new password")
    return Words(
        subject=subject,
        paragraphs=(_at(gettext("Somebody, hopefully you, has forgotten the password of your account at %(site)s.")),),
        label=subject,
        link=f"{settings.PUBLIC_URL}/password/reset/{reset_token(user)}",
        footer=gettext(
            "The link works for 30 minutes, and once. If it was not you, do nothing: your password stays as it is."
        ),
    )


def _password_changed(mail: AccountMail, user: User) -> Words:
    return Words(
        subject=gettext("Your password was changed"),
        paragraphs=(
            _at(gettext("Your account at %(site)s has a new password.")),
            gettext("All other devices were signed out, and all API tokens were revoked."),
        ),
        label=gettext("Open Hark"),
        link=settings.PUBLIC_URL,
        footer=gettext(
            "If it was not you, choose “Forgot your password?” where one signs in, and set another one now."
        ),
    )


def _email_confirm(mail: AccountMail, user: User) -> Words:
    asked = _at(gettext("Somebody, hopefully you, wants to use this address for an account at %(site)s."))
    if email_is_known(mail.email):
        return Words(
            subject=gettext("You have an account already"),
            paragraphs=(f"{asked} {gettext('It has one already, and nothing was changed.')}",),
            label=gettext("Sign in"),
            link=settings.PUBLIC_URL,
            footer=gettext("If it was not you, there is nothing to do."),
        )
    return Words(
        subject=gettext("Confirm your address"),
        paragraphs=(asked,),
        label=gettext("Use this address"),
        link=f"{settings.PUBLIC_URL}/email/confirm/{email_change_token(user, mail.email)}",
        footer=gettext(
            "The link works for one day, and once. If it was not you, do nothing: without the link nothing changes."
        ),
    )


def _email_asked(mail: AccountMail, user: User) -> Words:
    asked = gettext(
        "Somebody, hopefully you, wants to use %(new)s for your account at %(site)s, instead of this address."
    )
    return Words(
        subject=gettext("Your address is about to change"),
        paragraphs=(
            _at(asked, new=str(mail.facts["new"])),
            gettext("The change takes effect when the link that was mailed there is used."),
        ),
        label=gettext("Open the settings"),
        link=f"{settings.PUBLIC_URL}/settings#security",
        footer=_if_not_you(),
    )


def _email_changed(mail: AccountMail, user: User) -> Words:
    new = str(mail.facts["new"])
    if mail.email == new:
        said = _at(gettext("Your account at %(site)s now uses this address. Sign in with it from now on."))
        footer = gettext("The former address was told too.")
    else:
        said = _at(gettext("Your account at %(site)s now uses %(new)s instead of this address."), new=new)
        operator = isolated(parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
        footer = gettext("If it was not you, write to %(operator)s now.") % {"operator": operator}
    return Words(subject=gettext("Your address was changed"), paragraphs=(said,), footer=footer)


def _second_factor_on(mail: AccountMail, user: User) -> Words:
    return Words(
        subject=gettext("Signing in now takes a code"),
        paragraphs=(
            _at(gettext("Your account at %(site)s has a second factor: an app that shows codes.")),
            gettext("Keep the recovery codes where you find them without your telephone."),
        ),
        footer=_if_not_you(),
    )


def _second_factor_off(mail: AccountMail, user: User) -> Words:
    return Words(
        subject=gettext("Your second factor was removed"),
        paragraphs=(_at(gettext("Signing in to your account at %(site)s takes the password alone now.")),),
        footer=_if_not_you(),
    )


def _recovery_code_used(mail: AccountMail, user: User) -> Words:
    left = int(mail.facts["left"])
    return Words(
        subject=gettext("A recovery code was used"),
        paragraphs=(
            _at(gettext("One of the recovery codes of your account at %(site)s was used, and is void now.")),
            ngettext("%(count)d is left.", "%(count)d are left.", left) % {"count": left},
        ),
        label=gettext("Open the settings"),
        link=f"{settings.PUBLIC_URL}/settings#security",
        footer=_if_not_you(),
    )


def _recovery_codes_made(mail: AccountMail, user: User) -> Words:
    return Words(
        subject=gettext("You have new recovery codes"),
        paragraphs=(
            _at(gettext("New recovery codes were made for your account at %(site)s. Those of before are void.")),
        ),
        label=gettext("Open the settings"),
        link=f"{settings.PUBLIC_URL}/settings#security",
        footer=_if_not_you(),
    )


def _if_not_you() -> str:
    return gettext("If it was not you, change your password now.")


def _at(sentence: str, **facts: str) -> str:
    """The sentence with its facts, none of which turns the direction of the others around."""
    named = {"site": settings.PUBLIC_URL, **facts}
    return sentence % {name: isolated(fact) for name, fact in named.items()}


WORDS: dict[MailKind, Callable[[AccountMail, User], Words]] = {
    MailKind.PASSWORD_RESET: _password_reset,
    MailKind.PASSWORD_CHANGED: _password_changed,
    MailKind.EMAIL_CONFIRM: _email_confirm,
    MailKind.EMAIL_ASKED: _email_asked,
    MailKind.EMAIL_CHANGED: _email_changed,
    MailKind.SECOND_FACTOR_ON: _second_factor_on,
    MailKind.SECOND_FACTOR_OFF: _second_factor_off,
    MailKind.RECOVERY_CODE_USED: _recovery_code_used,
    MailKind.RECOVERY_CODES_MADE: _recovery_codes_made,
}
