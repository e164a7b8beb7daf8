"""The pages behind the links of mails: a new password, another address. They work without JavaScript."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.password_validation import password_validators_help_texts
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from backend.accounts.devices import device_remember
from backend.accounts.errors import InvalidCredentials, SecondFactorInvalid, SecondFactorRequired
from backend.accounts.forms import refusal_words
from backend.accounts.guesses import guesses_of_stranger
from backend.accounts.languages import known_language, language_asked
from backend.accounts.models import PASSWORD_MAX, User
from backend.accounts.selectors import factor_of
from backend.accounts.services import (
    email_change_confirm,
    email_change_of_token,
    password_confirm,
    password_reset,
    reset_user,
)
from backend.api.addresses import client_ip
from backend.api.errors import ApiError, InvalidParameter, TooManyRequests

# The path holds a key. This policy names the origin and nothing else; with `no-referrer` browsers send
# `Origin: null` with the form (Fetch, 3.2), which the CSRF check refuses.
REFERRER_POLICY = "strict-origin"
Page = Callable[[HttpRequest, str], HttpResponse]


def link_page(view: Page) -> Page:
    """A page whose address is a key: kept by no cache, told to no other site. GET changes nothing, for scanners of
    mail follow links; POST acts."""

    @never_cache
    @require_http_methods(["GET", "POST"])
    @wraps(view)
    def page(request: HttpRequest, token: str) -> HttpResponse:
        response = view(request, token)
        response["Referrer-Policy"] = REFERRER_POLICY
        return response

    return page


@sensitive_post_parameters("password", "code")
@link_page
def password_reset_page(request: HttpRequest, token: str) -> HttpResponse:
    """A form that sets a new password."""
    user = reset_user(token)
    if user is None:
        return _dead(request, "accounts/password_reset.html")
    with translation.override(known_language(user.language)):
        return _password_set(request, token, user) if request.method == "POST" else _password_form(request, user)


def _password_set(request: HttpRequest, token: str, user: User) -> HttpResponse:
    try:
        changed = password_reset(
            token=token, password=request.POST.get("password", ""), code=request.POST.get("code", "")
        )
    except ApiError as fault:
        return _password_form(request, user, _words(fault), fault.status)
    if changed is None:
        return _dead(request, "accounts/password_reset.html")
    response = render(request, "accounts/password_reset.html", {"state": "done", "email": user.email})
    device_remember(request, response, changed)  # who reads the mail is no stranger
    return response


def _password_form(request: HttpRequest, user: User, error: str = "", status: int = 200) -> HttpResponse:
    facts = {
        "state": "ask",
        "email": user.email,
        "takes_code": factor_of(user) is not None,
        "rules": password_validators_help_texts(),
        "error": error,
    }
    return render(request, "accounts/password_reset.html", facts, status=status)


def _words(fault: ApiError) -> str:
    """What went wrong, in the reader's language."""
    match fault:
        case InvalidCredentials():
            return gettext("The password is wrong.")
        case SecondFactorRequired():
            return gettext("Type a code of your authenticator app, or a recovery code.")
        case SecondFactorInvalid():
            return gettext("This code is wrong, or was used before.")
        case TooManyRequests():
            return refusal_words(fault)
        case InvalidParameter():
            return fault.detail
    raise fault


@sensitive_post_parameters("password")
@link_page
def email_confirm_page(request: HttpRequest, token: str) -> HttpResponse:
    """A button that gives an account the address to which the link went.

    Where its owner is not signed in, it takes the password: whoever asked may have mistyped the address, and then a
    stranger reads the mail.
    """
    found = email_change_of_token(token)
    if found is None:
        return _dead(request, "accounts/email_confirm.html")
    user, email = found
    with translation.override(known_language(user.language)):
        return _email_change(request, user, email) if request.method == "POST" else _email_form(request, user, email)


def _email_change(request: HttpRequest, user: User, email: str) -> HttpResponse:
    try:
        if _is_stranger(request, user):
            password = request.POST.get("password", "")[:PASSWORD_MAX]
            counters = guesses_of_stranger(email=user.email, ip=client_ip(request))
            password_confirm(user=user, password=password, code=None, counters=counters)
    except ApiError as fault:
        return _email_form(request, user, email, _words(fault), fault.status)
    state, status = ("done", 200) if email_change_confirm(user=user, email=email) else ("taken", 409)
    return render(request, "accounts/email_confirm.html", {"state": state, "email": email}, status=status)


def _email_form(request: HttpRequest, user: User, email: str, error: str = "", status: int = 200) -> HttpResponse:
    facts = {"state": "ask", "email": email, "takes_password": _is_stranger(request, user), "error": error}
    return render(request, "accounts/email_confirm.html", facts, status=status)


def _is_stranger(request: HttpRequest, user: User) -> bool:
    return bool(request.user.pk != user.pk)


def _dead(request: HttpRequest, template: str) -> HttpResponse:
    with translation.override(language_asked(request)):
        return render(request, template, {"state": "dead"}, status=404)
