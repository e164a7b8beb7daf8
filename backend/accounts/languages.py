"""The languages that Hark speaks: those of LANGUAGES, complete in backend/locale."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language_from_request

CODES = frozenset(code for code, _ in settings.LANGUAGES)


def known_language(code: str) -> str:
    """This language, or the house's where Hark does not speak it."""
    return code if code in CODES else settings.LANGUAGE_CODE


def language_asked(request: HttpRequest) -> str:
    """The language that the browser of a stranger asks for (Accept-Language, RFC 9110), as far as Hark speaks it."""
    return known_language(get_language_from_request(request))
