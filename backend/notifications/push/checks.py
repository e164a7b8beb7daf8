"""System checks of the push settings."""

import re
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from backend.notifications.push import vapid
from backend.notifications.push.hosts import pattern_parse

# RFC 8292, 2.1: a mailto: or https: URI. Apple refuses one with a space or with angle brackets.
SUBJECT = re.compile(r"mailto:[^\s<>@]+@[^\s<>@]+|https://[^\s<>@]+")


@register()
def push_settings_have_sense(**kwargs: Any) -> list[CheckMessage]:
    """E020: HARK_PUSH_HOSTS; E021: the VAPID key, wherever it is; E022: VAPID_SUBJECT."""
    faults = [("E020", f"HARK_PUSH_HOSTS: {fault}") for fault in _hosts()]
    faults += [("E021", f"VAPID_PRIVATE_KEY: {fault}") for fault in _key()]
    if not SUBJECT.fullmatch(vapid.subject()):
        faults.append(("E022", "VAPID_SUBJECT must be a mailto: or https: address without spaces."))
    return [Error(words, id=f"hark.{code}") for code, words in faults]


def _hosts() -> list[str]:
    found = []
    for entry in settings.HARK_PUSH_HOSTS:
        try:
            pattern_parse(entry)
        except ValueError as fault:
            found.append(f"{fault}. It holds host, *.host or host:port, comma separated.")
    return found


def _key() -> list[str]:
    """A look only: the key is made when it is first needed, not by a check."""
    try:
        if settings.VAPID_PRIVATE_KEY:
            vapid.key_parse(settings.VAPID_PRIVATE_KEY)
        elif vapid.key_file().exists():
            vapid.key_parse(vapid.key_file().read_text())
    except (ValueError, OSError) as fault:
        where = "" if settings.VAPID_PRIVATE_KEY else f" ({vapid.key_file()})"
        return [f"{fault}{where}. Make one: manage.py vapid"]
    return []
