"""The direction of what stands inside a sentence of either direction."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def ltr(text: str) -> SafeString:
    """An address, escaped, that runs from left to right and moves no sign of the sentence around it."""
    return format_html('<bdi dir="ltr">{}</bdi>', text)
