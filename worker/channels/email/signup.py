"""The mail to somebody who asked for an account."""

import unicodedata

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import translation
from django.utils.translation import gettext

from backend.accounts.languages import known_language
from backend.accounts.models import Signup
from backend.accounts.selectors import email_is_known
from backend.accounts.services import signup_token
from worker.channels.email.headers import FROM_A_MACHINE
from worker.channels.email.names import address, isolated
from worker.channels.email.render import mail_build

NAME_SHOWN_MAX = 40  # characters
WORDS_SHOWN_MAX = 4
JOINS_NAMES = set(" -'\u2019\u200c\u00b7")  # blank, hyphen, apostrophes, zero-width non-joiner (Persian), Catalan's dot
MARKS = {"Mn", "Mc"}  # Unicode: combining marks


def signup_build(signup: Signup) -> EmailMultiAlternatives:
    """A link that makes the account; for a known address, the news that it has one.

    In the language that the browser of whoever asked asks for.
    """
    known = email_is_known(signup.email)
    with translation.override(known_language(signup.language)):
        return mail_build(
            template="signup_known" if known else "signup",
            subject=gettext("You have an account already") if known else gettext("Confirm your address"),
            to=address("", signup.email),
            facts={
                "link": f"{settings.PUBLIC_URL}/signup/confirm/{signup_token(signup)}",
                "asked_as": isolated(name_shown(signup.name)),
            },
            headers=FROM_A_MACHINE,
        )


def name_shown(name: str) -> str:
    """The name that was typed, if a mail to a stranger may repeat it; else an empty text.

    Anybody may type anything there, for anybody's address. So it has to look like a name: a few words of letters. No
    digits, dots, colons, slashes or @: mail programs make links of them, and there is no message without them.
    """
    line = " ".join(name.split())
    is_short = len(line) <= NAME_SHOWN_MAX and len(line.split()) <= WORDS_SHOWN_MAX
    return line if is_short and all(map(_is_of_a_name, line)) else ""


def _is_of_a_name(character: str) -> bool:
    return character.isalpha() or character in JOINS_NAMES or unicodedata.category(character) in MARKS
