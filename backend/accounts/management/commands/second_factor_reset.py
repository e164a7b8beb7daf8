"""`manage.py second_factor_reset EMAIL`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backend.accounts.selectors import user_of_email
from backend.accounts.services.enrolment import second_factor_reset


class Command(BaseCommand):
    """For somebody who has lost both device and recovery codes. They are told by mail."""

    help = "Take the second factor off an account: signing in then takes the password alone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, **options: Any) -> None:
        user = user_of_email(options["email"])
        if user is None:
            raise CommandError("There is no account with this address.")
        if not second_factor_reset(user=user):
            raise CommandError("This account has no second factor.")
        self.stdout.write(f"The second factor of {user.email} is off.")
