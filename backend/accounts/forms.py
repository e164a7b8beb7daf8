"""Forms of the pages that work without a script."""

from typing import Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.password_validation import password_validators_help_texts
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext

from backend.accounts.errors import InvalidCredentials, SecondFactorInvalid, SecondFactorRequired
from backend.accounts.models import CODE_MAX, NAME_MAX, PASSWORD_MAX
from backend.accounts.services.credentials import Client, credentials_check
from backend.api.errors import TooManyRequests

MINUTE = 60  # seconds


class StaffSignInForm(AdminAuthenticationForm):
    """Email address, password, and a code for whoever has a second factor: the same check as the API's.

    `refusal` is the error of too many guesses, for the status of the response.
    """

    refusal: TooManyRequests | None = None
    code = forms.CharField(
        label="Code",
        required=False,
        max_length=CODE_MAX,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError, in words, for what the API refuses with an error."""
        given = self.cleaned_data
        if given.get("username") is None or not given.get("password"):
            return given
        client = Client.of(self.request, code=given.get("code", ""))
        try:
            user = credentials_check(email=given["username"], password=given["password"], client=client)
        except InvalidCredentials as fault:
            raise self.get_invalid_login_error() from fault
        except TooManyRequests as fault:
            self.refusal = fault
            raise ValidationError(refusal_words(fault)) from fault
        except (SecondFactorRequired, SecondFactorInvalid) as fault:
            raise ValidationError(fault.detail, code=fault.code) from fault
        self.confirm_login_allowed(user)
        self.user_cache = user
        return given


class NewPasswordForm(forms.Form):
    """A name and a new password. The rules for passwords are the service's; it says which one was broken."""

    name = forms.CharField(max_length=NAME_MAX)
    password = forms.CharField(max_length=PASSWORD_MAX, strip=False)

    @property
    def rules(self) -> list[str]:
        """The rules for passwords, in the language of the page."""
        return password_validators_help_texts()

    def refuse(self, fault: TooManyRequests) -> None:
        """Say that the server has too much to do."""
        self.add_error(None, refusal_words(fault))


def refusal_words(fault: TooManyRequests) -> str:
    """What is shown to a person whose request was refused, in their language, with the time to wait."""
    words = gettext("Too many attempts: wait, then try again.")
    if fault.retry_after < MINUTE:
        wait = ngettext("Wait %(count)d second.", "Wait %(count)d seconds.", fault.retry_after)
        return f"{words} {wait % {'count': fault.retry_after}}"
    minutes = -(-fault.retry_after // MINUTE)
    wait = ngettext("Wait %(count)d minute.", "Wait %(count)d minutes.", minutes)
    return f"{words} {wait % {'count': minutes}}"
