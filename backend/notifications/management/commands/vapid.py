"""`manage.py vapid`: the public key that push services know this server by; made if there is none."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backend.notifications.push import vapid


class Command(BaseCommand):
    """Prints one line, and never the private key."""

    help = "Print the public VAPID key (RFC 8292). The private one is made if it is missing."
    requires_system_checks = []  # what it says about a malformed key is said here

    def handle(self, **options: Any) -> None:
        try:
            self.stdout.write(vapid.public_key())
        except (OSError, ValueError) as fault:
            raise CommandError(f"There is no VAPID key: {fault}") from fault
