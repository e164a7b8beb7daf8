"""Bounces as a mail provider reports them: the webhook of django-anymail (docs/operations.md).

Only included where EMAIL_URL names a provider, for the extra is optional, and with ANYMAIL_WEBHOOK_SECRET, which
Anymail checks. Of its webhooks only the provider's own is offered, and none for incoming mail.
"""

import importlib
from typing import Any

from django.conf import settings

from backend.notifications.services.suppression import address_suppress
from backend.notifications.statuses import is_of_address, status_in

FOR_GOOD = frozenset({"invalid", "bounced"})  # Anymail's reasons; others are of the mail or of the moment

_provider = settings.EMAIL_BACKEND.split(".")[2]
urlpatterns = [
    pattern
    for pattern in importlib.import_module("anymail.urls").urlpatterns
    if pattern.name in {f"{_provider}_tracking_webhook", f"{_provider}_webhook"}
]


def bounce_take(sender: object, event: Any, esp_name: str, **kwargs: object) -> None:
    """Receiver of Anymail's `tracking`: an address that does not exist gets no more mail.

    What the receiving server said goes before what the provider makes of it: some call every bounce the same.
    """
    if event.event_type != "bounced" or not event.recipient:
        return
    words = " ".join(str(event.mta_response or event.description or "bounced").split())
    status = status_in(words)
    if is_of_address(status) if status else event.reject_reason in FOR_GOOD:
        address_suppress(email=event.recipient, reason=f"{esp_name}: {words}")


importlib.import_module("anymail.signals").tracking.connect(bounce_take)
