"""Who somebody is: every check of a password."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import authenticate, password_validation
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from backend.accounts.audit_hooks import refusals_noted
from backend.accounts.devices import DEVICE_COOKIE, device_of
from backend.accounts.errors import InvalidCredentials
from backend.accounts.guesses import Counters, guess, guesses_of_device, guesses_of_stranger, guesses_of_user
from backend.accounts.models import User
from backend.accounts.passwords import password_matches
from backend.accounts.selectors import user_of_email
from backend.accounts.services.second_factor import second_factor_check
from backend.api.addresses import client_ip
from backend.api.errors import InvalidParameter


@dataclass(frozen=True)
class Client:
    """What is known of a client that signs in. `ip` is what `client_ip` returns, `device` the device cookie.

    `admit` is called when the password was right, before the code is used up: it may raise an ApiError.
    """

    ip: str = ""
    device: str = ""
    code: str = ""
    admit: Callable[[User], None] = lambda user: None

    @classmethod
    def of(cls, request: HttpRequest | None, **known: Any) -> "Client":
        """The client of this request, and what else is known of it."""
        if request is None:
            return cls(**known)
        return cls(ip=client_ip(request), device=request.COOKIES.get(DEVICE_COOKIE, ""), **known)


def credentials_check(*, email: str, password: str, client: Client) -> User:
    """The user whom these credentials belong to; what the API and the admin's form call.

    Raises InvalidCredentials, SecondFactorRequired, SecondFactorInvalid, TooManyAttempts or PasswordsBusy.
    """
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
    user = user_of_email(email)
    device = device_of(client.device, user)
    known = user.email if user else email.lower()
    counters = guesses_of_device(device) if device else guesses_of_stranger(email=known, ip=client.ip)
    with refusals_noted(user), guess(counters):
        if not password_matches(password, user.password if user else None) or user is None or not user.is_active:
            raise InvalidCredentials
        client.admit(user)
        second_factor_check(user=user, code=client.code)
    return user


def password_confirm(*, user: User, password: str, code: str | None = "", counters: Counters | None = None) -> None:
    """A signed-in person proves again who they are. Raises what `credentials_check` raises.

    With None for `code` the password alone is enough, also of a person with a second factor.
    Counted for the person, wherever they are, unless there are other `counters`: a stranger who guesses cannot keep the
    owner from their settings.
    """
    with guess(counters or guesses_of_user(user.pk)):
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
