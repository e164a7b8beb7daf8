"""Who somebody is: every check of a password."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import authenticate, password_validation
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from backend.accounts.audit_hooks import refusals_noted
from backend.accounts.devices import DEVICE_COOKIE, device_of
from backend.accounts.errors import InvalidCredentials
from backend.accounts.guesses import guess, guesses_of_device, guesses_of_stranger, guesses_of_user
from backend.accounts.models import User
from backend.accounts.passwords import password_matches
from backend.accounts.services.second_factor import second_factor_check
from backend.api.addresses import client_ip
from backend.api.errors import InvalidParameter


@dataclass(frozen=True)
class Client:
    """What is known of a client that signs in. `ip` is what `client_ip` returns, `device` the device cookie."""

    ip: str = ""
    device: str = ""
    code: str = ""

    @classmethod
    def of(cls, request: HttpRequest | None) -> "Client":
        """The client of this request, for callers that know of nothing else (the admin's form)."""
        if request is None:
            return cls()
        return cls(ip=client_ip(request), device=request.COOKIES.get(DEVICE_COOKIE, ""))


def credentials_check(*, email: str, password: str, ip: str, code: str = "", device: str = "") -> User:
    """The user whom these credentials belong to; what the API calls.

    `ip` is what `client_ip` returns, `device` the value of the device cookie. Raises InvalidCredentials,
    SecondFactorRequired, SecondFactorInvalid, TooManyAttempts or PasswordsBusy.
    """
    client = Client(ip=ip, device=device, code=code)
    user: Any = authenticate(None, username=email, password=password, client=client)
    if user is None:
        raise InvalidCredentials
    assert isinstance(user, User)  # noqa: S101  (AUTHENTICATION_BACKENDS)
    return user


def credentials_verify(*, email: str, password: str, client: Client) -> User:
    """As `credentials_check`; what the authentication backend calls, and nobody else.

    The try is counted before the password is looked at, so that parallel guesses cannot slip through. An
    unknown address takes as long as a wrong password. A device that has signed in before has a limit of its own.
    """
    email = email.lower()
    user = User.objects.filter(email=email).first()
    device = device_of(client.device, user)
    counters = guesses_of_device(device) if device else guesses_of_stranger(email=email, ip=client.ip)
    with refusals_noted(user), guess(counters):
        if not password_matches(password, user.password if user else None) or user is None or not user.is_active:
            raise InvalidCredentials
        second_factor_check(user=user, code=client.code)
    return user


def password_confirm(*, user: User, password: str, ip: str, code: str | None = "") -> None:
    """A signed-in person proves again who they are. Raises what `credentials_check` raises.

    With None for `code` the password alone is enough, also of a person with a second factor.
    Counted for the person, whatever `ip` they have: a stranger who guesses cannot keep the owner from their settings.
    """
    with guess(guesses_of_user(user.pk)):
        if not password_matches(password, user.password):
            raise InvalidCredentials
        if code is not None:
            second_factor_check(user=user, code=code)


def password_check(*, password: str, email: str, name: str) -> None:
    """Raise InvalidParameter, in words, for a password that is too easy."""
    try:
        password_validation.validate_password(password, User(email=email, name=name))
    except ValidationError as fault:
        raise InvalidParameter("password", " ".join(fault.messages)) from fault


def password_set(*, user: User, password: str, keep_session_key: str | None = None) -> None:
    """Give them another password. All sessions (but the one to keep), tokens and pushes end.

    Raises InvalidParameter for a password that is too easy, or PasswordsBusy.
    """
    password_check(password=password, email=user.email, name=user.name)
    user.set_password(password)
    user.save(update_fields=["password"], keep_session_key=keep_session_key)
