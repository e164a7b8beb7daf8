"""Writes: accounts, tokens, sign-in and sign-up."""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import password_validation
from django.contrib.auth.hashers import check_password, make_password
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from backend.accounts.errors import InvalidCredentials, SignupClosed
from backend.accounts.models import ApiToken, Session, Signup, User
from backend.api.errors import InvalidParameter
from backend.api.limits import Limit

TOKEN_PREFIX = "hark_"  # noqa: S105  (lets scanners find leaked tokens)
TOKEN_LIFE = timedelta(days=365)
SIGNUP_LIFE = timedelta(days=2)
SIGNUP_SALT = "accounts.signup"

QUARTER_HOUR = 15 * 60  # seconds
WRONG_PASSWORDS = Limit("sign-in", tries=10, window=QUARTER_HOUR)  # for one address from one IP
WRONG_PASSWORDS_OF_IP = Limit("sign-in-ip", tries=100, window=QUARTER_HOUR)
WRONG_PASSWORDS_OF_EMAIL = Limit("sign-in-email", tries=100, window=QUARTER_HOUR)
SIGNUPS_OF_IP = Limit("sign-up-ip", tries=20, window=3600)
SIGNUPS_OF_EMAIL = Limit("sign-up-email", tries=3, window=3600)


def user_create(*, email: str, name: str, password: str, is_staff: bool = False) -> User:
    """Make an account. Raises InvalidParameter for a taken address or a weak password."""
    password_check(password=password, email=email, name=name)
    return _user_insert(email=email, name=name, password_hash=make_password(password), is_staff=is_staff)


def password_check(*, password: str, email: str, name: str) -> None:
    """Raise InvalidParameter, in words, for a password that is too easy."""
    try:
        password_validation.validate_password(password, User(email=email, name=name))
    except ValidationError as fault:
        raise InvalidParameter("password", " ".join(fault.messages)) from fault


def _user_insert(
    *,
    email: str,
    name: str,
    password_hash: str,
    is_staff: bool = False,
    language: str = settings.LANGUAGE_CODE,
    self_registered: bool = False,
) -> User:
    user = User(email=email.lower(), name=" ".join(name.split()), is_staff=is_staff, is_superuser=is_staff)
    user.self_registered = self_registered
    user.password, user.language = password_hash, language
    try:
        user.full_clean(validate_constraints=False)
        with transaction.atomic():
            user.save()
    except ValidationError as fault:
        field, messages = next(iter(fault.message_dict.items()))
        raise InvalidParameter(field, " ".join(messages)) from fault
    except IntegrityError as fault:
        raise InvalidParameter("email", "There is an account with this address already.") from fault
    return user


def credentials_check(*, email: str, password: str, ip: str) -> User:
    """The user these credentials belong to. Raises InvalidCredentials or TooManyAttempts.

    The tries are counted before the password is looked at, so that parallel guesses cannot slip through. An
    unknown address takes as long as a wrong password.
    """
    email = email.lower()
    limits = (
        (WRONG_PASSWORDS, f"{email} {ip}"),
        (WRONG_PASSWORDS_OF_IP, ip),
        (WRONG_PASSWORDS_OF_EMAIL, email),
    )
    for limit, key in limits:
        limit.spend(key)
    user = User.objects.filter(email=email).first()
    encoded = user.password if user else _decoy_password()
    if not check_password(password, encoded) or user is None or not user.is_active:
        raise InvalidCredentials
    for limit, key in limits:
        limit.refund(key)
    return user


_decoy = ""


def _decoy_password() -> str:
    """A hash made with today's settings, so that checking against it costs what a real one costs."""
    global _decoy
    _decoy = _decoy or make_password(secrets.token_urlsafe())
    return _decoy


def token_create(*, user: User, name: str) -> tuple[ApiToken, str]:
    """A new token: its row, and the secret that is never shown again."""
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    expires_at = timezone.now() + TOKEN_LIFE
    return ApiToken.objects.create(user=user, name=name, digest=token_digest(secret), expires_at=expires_at), secret


def token_digest(secret: str) -> str:
    """What is stored of a token. The secret has 256 random bits, so a plain SHA-256 is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def token_revoke(*, user: User, token_id: int) -> bool:
    """Delete the user's token; False if there is none with this id."""
    return bool(ApiToken.objects.filter(user=user, id=token_id).delete()[0])


def me_update(*, user: User, changes: dict[str, str | bool]) -> User:
    """Change name, timezone, language or findable. Raises InvalidParameter."""
    for field, value in changes.items():
        setattr(user, field, value)
    try:
        user.full_clean(exclude={f.name for f in User._meta.fields} - set(changes), validate_constraints=False)
    except ValidationError as fault:
        field, messages = next(iter(fault.message_dict.items()))
        raise InvalidParameter(field, " ".join(messages)) from fault
    user.save(update_fields=list(changes))
    return user


def signup_request(*, email: str, name: str, password: str, ip: str, language: str = settings.LANGUAGE_CODE) -> None:
    """Remember that this address wants an account; the worker mails it. The same for a known address.

    Raises SignupClosed, TooManyAttempts, or InvalidParameter for a weak password. A second request replaces the
    first one, whose link is dead from then on.
    """
    if settings.HARK_SIGNUP != "open":
        raise SignupClosed
    email = email.lower()
    password_check(password=password, email=email, name=name)
    SIGNUPS_OF_IP.spend(ip)
    SIGNUPS_OF_EMAIL.spend(email)
    fields = {
        "name": name,
        "password": make_password(password),
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
    return _user_insert(
        email=signup.email,
        name=signup.name,
        password_hash=signup.password,
        language=signup.language,
        self_registered=True,
    )


def signup_mailed(signup: Signup) -> None:
    """The mail went out, so it is not owed any more; a request made since then is."""
    Signup.objects.filter(id=signup.id, created_at=signup.created_at).update(mailed_at=timezone.now())


def leftovers_purge() -> None:
    """Delete what means nothing any more: old sign-up requests, expired tokens, attempts and sessions."""
    now = timezone.now()
    Signup.objects.filter(created_at__lt=now - SIGNUP_LIFE).delete()
    ApiToken.objects.filter(expires_at__lt=now - TOKEN_LIFE).delete()
    Session.objects.filter(expire_date__lt=now).delete()  # and what hangs on them
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM api_attempt WHERE ends_at < now()")
