"""System checks of the settings: what is missing or unsafe, in words an operator can act on."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

from backend.api.rates import rates_parse

SECRET_KEY_MIN_LENGTH = 32  # characters; below it Django's own deploy check complains too
RETENTION_DAYS_MAX = 36_500
AUDIT_DAYS_MIN = 30  # an attack is often noticed after weeks
PROXIES_MAX = 10
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
# RFC 1123 (2.1), and short enough for a local part before it (RFC 5321, 4.5.3.1.3).
DOMAIN = re.compile(r"(?=.{1,190}\Z)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\Z", re.ASCII)
LISTEN = re.compile(r"\S+:\d{1,5}\Z", re.ASCII)


@register()
def settings_are_complete(**kwargs: Any) -> list[CheckMessage]:
    """E001 and so on, one for each setting that is missing or has no sense."""
    return [Error(message, id=f"hark.{code}") for code, broken, message in _faults() if broken]


def _secret_key() -> str:
    try:
        return str(settings.SECRET_KEY)
    except ImproperlyConfigured:  # Django's way to say that it is empty
        return ""


def _rates_fault() -> str:
    """What is wrong with HARK_LIMIT_RATES, or nothing."""
    try:
        rates_parse(tuple(settings.HARK_LIMIT_RATES))
    except ValueError as fault:
        return str(fault)
    return ""


def _faults() -> list[tuple[str, bool, str]]:
    public = urlsplit(settings.PUBLIC_URL)
    local = public.hostname in LOOPBACK
    return [
        (
            "E001",
            len(_secret_key()) < SECRET_KEY_MIN_LENGTH,
            f"SECRET_KEY is missing or shorter than {SECRET_KEY_MIN_LENGTH} characters. "
            'Make one: python3 -c "import secrets; print(secrets.token_urlsafe(48))"',
        ),
        (
            "E002",
            public.scheme not in {"http", "https"} or not public.hostname,
            "PUBLIC_URL is missing or no http(s) address. Links in emails start with it: https://chat.example.org",
        ),
        (
            "E003",
            public.scheme == "http" and not local,
            "PUBLIC_URL is http, so passwords and cookies would travel in the clear. Use https.",
        ),
        (
            "E004",
            not settings.ALLOWED_HOSTS,
            "ALLOWED_HOSTS is missing: the host names Hark answers to, comma separated.",
        ),
        (
            "E005",
            settings.HARK_SIGNUP not in {"open", "closed"},
            f"HARK_SIGNUP is {settings.HARK_SIGNUP!r}: it must be open or closed.",
        ),
        (
            "E022",
            settings.HARK_CONSENT not in {"strangers", "always", "never"},
            f"HARK_CONSENT is {settings.HARK_CONSENT!r}: it must be strangers, always or never.",
        ),
        (
            "E023",
            settings.HARK_DIRECTORY not in {"contacts", "all", "staff"},
            f"HARK_DIRECTORY is {settings.HARK_DIRECTORY!r}: it must be contacts, all or staff.",
        ),
        (
            "E006",
            min(settings.HARK_PUSH_DELAY, settings.HARK_EMAIL_DELAY, settings.HARK_AWAY_AFTER) < 0,
            "HARK_PUSH_DELAY, HARK_EMAIL_DELAY and HARK_AWAY_AFTER are seconds, 0 or more.",
        ),
        (
            "E007",
            settings.HARK_DEMO and not local,
            "HARK_DEMO shows everybody's mail at /demo/mail: it is for PUBLIC_URL on this machine only.",
        ),
        (
            "E020",
            not 1 <= settings.HARK_PROXIES <= PROXIES_MAX,
            f"HARK_PROXIES is {settings.HARK_PROXIES}: it must be the number of proxies in front, 1 to {PROXIES_MAX}.",
        ),
        (
            "E010",
            bool(settings.HARK_INBOUND_DOMAIN) and not DOMAIN.match(settings.HARK_INBOUND_DOMAIN),
            f"HARK_INBOUND_DOMAIN is {settings.HARK_INBOUND_DOMAIN!r}: it must be a domain, like reply.example.org.",
        ),
        (
            "E011",
            not LISTEN.match(settings.HARK_INBOUND_LISTEN),
            f"HARK_INBOUND_LISTEN is {settings.HARK_INBOUND_LISTEN!r}: it must be host:port, like 127.0.0.1:8025.",
        ),
        (
            "E012",
            settings.HARK_INBOUND_PROTOCOL not in {"smtp", "lmtp"},
            f"HARK_INBOUND_PROTOCOL is {settings.HARK_INBOUND_PROTOCOL!r}: it must be smtp or lmtp.",
        ),
        (
            "E021",
            settings.HARK_STAFF_2FA not in {"on", "off"},
            f"HARK_STAFF_2FA is {settings.HARK_STAFF_2FA!r}: it must be on or off.",
        ),
        (
            "E030",
            settings.HARK_LIMITS not in {"on", "off"},
            f"HARK_LIMITS is {settings.HARK_LIMITS!r}: it must be on or off.",
        ),
        ("E031", bool(_rates_fault()), f"HARK_LIMIT_RATES: {_rates_fault()}"),
        (
            "E040",
            not 0 <= settings.HARK_RETENTION_DAYS <= RETENTION_DAYS_MAX,
            f"HARK_RETENTION_DAYS must be a whole number of days: 0 or empty (for ever) to {RETENTION_DAYS_MAX}.",
        ),
        (
            "E041",
            settings.HARK_AUDIT_DAYS < 0 or 0 < settings.HARK_AUDIT_DAYS < AUDIT_DAYS_MIN,
            f"HARK_AUDIT_DAYS must be a whole number of days: 0 or empty (for ever), or {AUDIT_DAYS_MIN} or more.",
        ),
        (
            "E013",
            bool(settings.HARK_INBOUND_AUTHSERV) and not DOMAIN.match(settings.HARK_INBOUND_AUTHSERV),
            f"HARK_INBOUND_AUTHSERV is {settings.HARK_INBOUND_AUTHSERV!r}: it must be the name that your mail "
            "server writes into Authentication-Results, like mail.example.org.",
        ),
    ]
