"""`manage.py adduser EMAIL --name NAME [--password-stdin | --password PW] [--staff] [--superuser]
[--token]`."""

import json
import sys
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backend.accounts.services import token_create, user_create
from backend.api.errors import InvalidParameter


class Command(BaseCommand):
    """Prints one JSON line: {"id","email","token"}; `token` is null without --token."""

    help = "Make an account. Without --password and --password-stdin the password is asked for at the terminal, twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", required=True)
        password = parser.add_mutually_exclusive_group()
        password.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
        password.add_argument("--password", help="visible to everybody on this machine, in the list of processes")
        parser.add_argument("--staff", action="store_true", help="may use the admin, as far as groups allow")
        parser.add_argument("--superuser", action="store_true", help="may use the admin, and do everything there")
        parser.add_argument("--token", action="store_true", help="make an API token too")

    def handle(self, **options: Any) -> None:
        password = options["password"]
        if password is None:
            password = _from_stdin() if options["password_stdin"] else _from_terminal()
        try:
            user = user_create(
                email=options["email"],
                name=options["name"],
                password=password,
                is_staff=options["staff"],
                is_superuser=options["superuser"],
            )
        except InvalidParameter as fault:
            raise CommandError(f"{fault.members['parameter']}: {fault.detail}") from fault
        token = token_create(user=user, name="adduser")[1] if options["token"] else None
        self.stdout.write(json.dumps({"id": user.id, "email": user.email, "token": token}))


def _from_stdin() -> str:
    """The first line. A file or `echo` ends it with a line end, which does not belong to the password."""
    return sys.stdin.readline().rstrip("\r\n")


def _from_terminal() -> str:
    """Typed twice, and not shown; the prompts go to the terminal, so that standard output stays one line of JSON."""
    if not sys.stdin.isatty():
        raise CommandError("password: there is no terminal to ask at. Use --password-stdin.")
    password = getpass("Password: ")
    if getpass("Password again: ") != password:
        raise CommandError("password: the two are not the same.")
    return password
