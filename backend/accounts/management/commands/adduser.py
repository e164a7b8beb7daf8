"""`manage.py adduser EMAIL --name NAME --password PW [--staff] [--superuser] [--token]`."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backend.accounts.services import token_create, user_create
from backend.api.errors import InvalidParameter


class Command(BaseCommand):
    """Prints one JSON line: {"id","email","token"}; `token` is null without --token."""

    help = "Make an account."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", required=True)
        parser.add_argument("--password", required=True)
        parser.add_argument("--staff", action="store_true", help="may use the admin, as far as groups allow")
        parser.add_argument("--superuser", action="store_true", help="may use the admin, and do everything there")
        parser.add_argument("--token", action="store_true", help="make an API token too")

    def handle(self, **options: Any) -> None:
        try:
            user = user_create(
                email=options["email"],
                name=options["name"],
                password=options["password"],
                is_staff=options["staff"],
                is_superuser=options["superuser"],
            )
        except InvalidParameter as fault:
            raise CommandError(f"{fault.members['parameter']}: {fault.detail}") from fault
        token = token_create(user=user, name="adduser")[1] if options["token"] else None
        self.stdout.write(json.dumps({"id": user.id, "email": user.email, "token": token}))
