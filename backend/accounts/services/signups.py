"""Sign-up: a request, a mail with a link, and the browser that follows the link chooses the password."""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.utils import timezone

from backend.accounts.errors import SignupClosed
from backend.accounts.models import Signup, User
from backend.accounts.passwords import password_hash
from backend.accounts.services.credentials import password_check
from backend.accounts.services.mails import next_try
from backend.accounts.services.users import email_check, name_check, user_insert
from backend.api.limits import Limit, TooManyAttempts

SIGNUP_LIFE = timedelta(days=2)
SIGNUP_SALT = "accounts.signup"
HOUR = 3600  # seconds
SIGNUPS_OF_IP = Limit("sign-up-ip", tries=20, window=HOUR)
SIGNUPS = Limit("sign-up", tries=3, window=HOUR)  # for one email address from one network address
SIGNUPS_OF_EMAIL = Limit("sign-up-email", tries=10, window=HOUR)  # mails to one email address
SIGNUPS_A_DAY = Limit("sign-up-email-day", tries=20, window=24 * HOUR)  # the same; their links are good for longer


def signup_request(*, email: str, name: str, ip: str, language: str = settings.LANGUAGE_CODE) -> None:
    """Remember that this address wants an account; the worker mails a link. The same for a known address.

    `ip` is what `client_ip` returns. Requests for one address do not disturb each other: each link is good for
    SIGNUP_LIFE. Beyond SIGNUPS_OF_EMAIL and SIGNUPS_A_DAY no further mail is sent, and nothing is refused: the owner of
    the address has ten good links already, whoever asked for them. Raises SignupClosed, TooManyAttempts, or
    InvalidParameter for an unclear name or address.
    """
    if settings.HARK_SIGNUP != "open":
        raise SignupClosed
    email, name = email_check(email), name_check(name)
    SIGNUPS_OF_IP.spend(ip)
    SIGNUPS.spend(f"{email} {ip}")
    try:
        SIGNUPS_OF_EMAIL.spend(email)
        SIGNUPS_A_DAY.spend(email)
    except TooManyAttempts:
        return
    Signup.objects.create(email=email, name=name, language=language, created_at=timezone.now())


def signup_token(signup: Signup) -> str:
    """What the link in the mail carries; good for SIGNUP_LIFE and for this request only."""
    return signing.dumps([signup.id, signup.created_at.isoformat()], salt=SIGNUP_SALT)


def signup_of_token(token: str) -> Signup | None:
    """The request a link belongs to; None if the link is old or made up, or if sign-up has been closed since."""
    if settings.HARK_SIGNUP != "open":
        return None
    try:
        signup_id, created_at = signing.loads(token, salt=SIGNUP_SALT, max_age=SIGNUP_LIFE)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Signup.objects.filter(id=signup_id, created_at=created_at).first()


def signup_confirm(*, signup: Signup, password: str, name: str = "") -> User:
    """Turn the request into an account with this password; an empty name is that of the request.

    Raises InvalidParameter for `password`, `name`, or `email` if the address has an account by now, and PasswordsBusy.
    The address's other requests stay as they are: their links say that there is an account.
    """
    name = name_check(name or signup.name)
    password_check(password=password, email=signup.email, name=name)
    hashed = password_hash(password)
    user = user_insert(
        email=signup.email, name=name, password_hash=hashed, language=signup.language, self_registered=True
    )
    Signup.objects.filter(email=signup.email, mailed_at=None).update(mailed_at=timezone.now())
    return user


def signup_put_off(signup: Signup) -> None:
    """The mail could not be sent now."""
    Signup.objects.filter(id=signup.id).update(due_at=next_try(signup.created_at))


def signup_mailed(signup: Signup) -> None:
    """The mail went out, so it is not owed any more."""
    Signup.objects.filter(id=signup.id).update(mailed_at=timezone.now())
