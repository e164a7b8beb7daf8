"""The admin's sign-in form: the same check as the API's, with the same counting and the second factor."""

from dataclasses import replace
from typing import Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError

from backend.accounts.models import CODE_MAX, User
from backend.accounts.services.credentials import Client
from backend.api.errors import ApiError


class StaffSignInForm(AdminAuthenticationForm):
    """Email address, password, and a code for whoever has a second factor."""

    code = forms.CharField(
        label="Code",
        required=False,
        max_length=CODE_MAX,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError, in words, for what the API refuses with a code."""
        given = self.cleaned_data
        if "username" not in given or "password" not in given:
            return given
        client = replace(Client.of(self.request), code=given.get("code", ""))
        try:
            user = authenticate(self.request, username=given["username"], password=given["password"], client=client)
        except ApiError as fault:
            raise ValidationError(fault.detail, code=fault.code) from fault
        if user is None:
            raise self.get_invalid_login_error()
        assert isinstance(user, User)  # noqa: S101  (AUTHENTICATION_BACKENDS)
        self.confirm_login_allowed(user)
        self.user_cache = user
        return given
