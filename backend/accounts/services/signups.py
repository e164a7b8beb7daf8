"""Sign-up: a request, a mail, an account."""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils import timezone

from backend.accounts.errors import SignupClosed
from backend.accounts.models import Signup, User
from backend.accounts.passwords import password_hash
from backend.accounts.services.credentials import password_check
from backend.accounts.services.users import name_check, user_insert
from backend.api.limits import Limit

SIGNUP_LIFE = timedelta(days=2)
SIGNUP_SALT = "accounts.signup"
SIGNUPS_OF_IP = Limit("sign-up-ip", tries=20, window=3600)
SIGNUPS_OF_EMAIL = Limit("sign-up-email", tries=3, window=3600)


def signup_request(*, email: str, name: str, password: str, ip: str, language: str = settings.LANGUAGE_CODE) -> None:
    """Remember that this address wants an account; the worker mails it. The same for a known address.

    Raises SignupClosed, TooManyAttempts, or InvalidParameter for a weak password or an unclear name. A second request
    replaces the first one, whose link is dead from then on.
    """
    if settings.HARK_SIGNUP != "open":
        raise SignupClosed
    email, name = email.lower(), name_check(name)
    password_check(password=password, email=email, name=name)
    SIGNUPS_OF_IP.spend(ip)
    SIGNUPS_OF_EMAIL.spend(email)
    fields = {
        "name": name,
        "password": password_hash(password),
        "language": language,
        "created_at": timezone.now(),
        "mailed_at": None,
    }
    Signup.objects.update_or_create(email=email, defaults=fields)


def signup_token(signup: Signup) -> str:
    """What the link in the mail carries; good for SIGNUP_LIFE and for this request only."""
    return signing.dumps([signup.id, signup.created_at.isoformat()], salt=SIGNUP_SALT)


def signup_of_token(token: str) -> Signup | None:
    """The request a link belongs to; None if the link is old, used or made up."""
    try:
        signup_id, created_at = signing.loads(token, salt=SIGNUP_SALT, max_age=SIGNUP_LIFE)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Signup.objects.filter(id=signup_id, created_at=created_at).first()


@transaction.atomic
def signup_confirm(signup: Signup) -> User:
    """Turn the request into an account. Raises InvalidParameter if the address has one by now."""
    Signup.objects.filter(id=signup.id).delete()
    return user_insert(
        email=signup.email,
        name=signup.name,
        password_hash=signup.password,
        language=signup.language,
        self_registered=True,
    )


def signup_mailed(signup: Signup) -> None:
    """The mail went out, so it is not owed any more; a request made since then is."""
    Signup.objects.filter(id=signup.id, created_at=signup.created_at).update(mailed_at=timezone.now())
