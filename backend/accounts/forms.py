"""Forms of the pages that work without a script."""

from typing import Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.password_validation import password_validators_help_texts
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext

from backend.accounts.models import NAME_MAX
from backend.api.errors import TooManyRequests

MINUTE = 60  # seconds
PASSWORD_MAX = 1024  # characters; hashing a longer one is only work


class StaffSignInForm(AdminAuthenticationForm):
    """Says in words that there were too many guesses. `refusal` is the error, for the status of the response."""

    refusal: TooManyRequests | None = None

    def clean(self) -> dict[str, Any]:
        try:
            return super().clean()
        except TooManyRequests as fault:
            self.refusal = fault
            raise ValidationError(refusal_words(fault)) from fault


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
