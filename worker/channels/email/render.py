"""Fills the templates of this folder, as text and as HTML."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.context import Context
from django.template.engine import Engine

ENGINE = Engine(dirs=[str(Path(__file__).parent / "templates")])


def mail_build(
    *, template: str, subject: str, to: str, facts: dict[str, Any], headers: dict[str, str]
) -> EmailMultiAlternatives:
    """A mail from `template`.txt and `template`.html."""
    facts = {"public_url": settings.PUBLIC_URL, **facts}
    text = ENGINE.get_template(f"{template}.txt").render(Context(facts, autoescape=False))
    mail = EmailMultiAlternatives(subject=subject, body=text, to=[to], headers=headers)
    mail.attach_alternative(ENGINE.get_template(f"{template}.html").render(Context(facts)), "text/html")
    return mail
