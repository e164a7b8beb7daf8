"""Fields of bodies that are about accounts."""

from typing import Any

from rest_framework import serializers

from backend.accounts.mailboxes import EMAIL_MAX, email_clean
from backend.api.serializers import Text
from backend.api.text import UnclearText


class Email(Text):
    """An email address, in the one spelling in which it is kept (`email_clean`)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=EMAIL_MAX, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        try:
            return email_clean(super().to_internal_value(data))
        except UnclearText as fault:
            raise serializers.ValidationError(str(fault)) from fault
