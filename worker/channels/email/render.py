"""Fills the templates of this folder, as text and as HTML, in the active language."""

import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.context import Context
from django.template.engine import Engine
from django.utils.translation import get_language, get_language_bidi

from worker.channels.email.names import isolated

EMPTY_LINES, TWO_LINES = re.compile(r"\n{3,}"), "\n\n"
ENGINE = Engine(
    dirs=[str(Path(__file__).parent / "templates")],
    libraries={"i18n": "django.templatetags.i18n"},
)


def mail_build(
    *,
    template: str,
    subject: str,
    to: str,
    facts: dict[str, Any],
    headers: dict[str, str],
    envelope_sender: str | None = None,
    reply_to: str | None = None,
) -> EmailMultiAlternatives:
    """A mail from `template`.txt and `template`.html. Django's backends take `from_email` for MAIL FROM, and a header
    `From` goes before it; without `envelope_sender` it is DEFAULT_FROM_EMAIL."""
    facts = {
        **_language(),
        "public_url": settings.PUBLIC_URL,
        "site": isolated(settings.PUBLIC_URL),
        "subject": subject,
        **facts,
    }
    mail = EmailMultiAlternatives(
        subject=subject,
        body=_text(template, facts),
        from_email=envelope_sender,
        to=[to],
        reply_to=[reply_to] if reply_to else None,
        headers={"Content-Language": facts["language"], **headers},
    )
    mail.attach_alternative(ENGINE.get_template(f"{template}.html").render(Context(facts)), "text/html")
    return mail


def _text(template: str, facts: dict[str, Any]) -> str:
    """Paragraphs one empty line apart, whatever the tags of the template leave between them."""
    text = ENGINE.get_template(f"{template}.txt").render(Context(facts, autoescape=False))
    return f"{EMPTY_LINES.sub(TWO_LINES, text).strip()}\n"


def _language() -> dict[str, Any]:
    """`start` is for the programs that do not know text-align: start."""
    is_rtl = get_language_bidi()
    return {
        "language": get_language() or settings.LANGUAGE_CODE,
        "direction": "rtl" if is_rtl else "ltr",
        "start": "right" if is_rtl else "left",
    }
