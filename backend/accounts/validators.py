"""Django's rules for passwords, in words that exist in all of Hark's languages. AUTH_PASSWORD_VALIDATORS."""

from django.contrib.auth.password_validation import MinimumLengthValidator, UserAttributeSimilarityValidator
from django.utils.translation import gettext, ngettext


class LongEnough(MinimumLengthValidator):
    """At least 8 characters."""

    def get_error_message(self) -> str:
        return ngettext(
            "This password is too short: it needs at least %(count)d character.",
            "This password is too short: it needs at least %(count)d characters.",
            self.min_length,
        ) % {"count": self.min_length}


class UnlikeTheOwner(UserAttributeSimilarityValidator):
    """Not like the owner's name or address."""

    def get_error_message(self) -> str:
        return gettext("This password is too similar to the name or the email address.")
