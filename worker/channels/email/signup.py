"""The mail to somebody who asked for an account."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import translation
from django.utils.translation import gettext

from backend.accounts.languages import known_language
from backend.accounts.models import Signup
from backend.accounts.selectors import email_is_known
from backend.accounts.services import signup_token
from worker.channels.email.headers import FROM_A_MACHINE
from worker.channels.email.names import address
from worker.channels.email.render import mail_build


def signup_build(signup: Signup) -> EmailMultiAlternatives:
    """A link that makes the account; for a known address, the news that it has one. The name is not repeated:
    whoever typed it may be a stranger to the reader. In the language that their browser asked for."""
    known = email_is_known(signup.email)
    with translation.override(known_language(signup.language)):
        return mail_build(
            template="signup_known" if known else "signup",
            subject=gettext("You have an account already") if known else gettext("Confirm your address"),
            to=address("", signup.email),
            facts={"link": f"{settings.PUBLIC_URL}/signup/confirm/{signup_token(signup)}"},
            headers=FROM_A_MACHINE,
        )
