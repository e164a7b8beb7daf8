"""`manage.py replay [--channel email|push] [--since ISO] [--error TEXT] [--id N ...] [--all] [--dry-run]`."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet

from backend.api.serializers import BIGINT_MAX
from backend.notifications.models import Delivery
from backend.notifications.services.deliveries import deliveries_replay
from backend.notifications.verdicts import Channel

FILTERS = {"channel": "channel", "since": "finished_at__gte", "error": "error__icontains", "id": "id__in"}
REFUSED = 2  # exit code, as argparse has it


class Command(BaseCommand):
    """Prints one JSON line: {"replayed": n}; with --dry-run {"replayed": 0, "found": n}. Nonsense is exit code 2."""

    help = "Make dead letters due again. Whether they are wanted still is decided before each is sent."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--channel", choices=Channel.values)
        parser.add_argument("--since", type=_moment, help="given up since then: 2026-11-25, or with a time (UTC)")
        parser.add_argument("--error", type=_text, help="what the other side said contains this")
        parser.add_argument("--id", type=_id, nargs="+", help="these deliveries")
        parser.add_argument("--all", action="store_true", help="all dead letters, without another filter")
        parser.add_argument("--dry-run", action="store_true", help="only count them")

    def handle(self, **options: Any) -> None:
        given = {lookup: options[name] for name, lookup in FILTERS.items() if options[name] is not None}
        if bool(given) == options["all"]:
            raise CommandError("Say which: --channel, --since, --error, --id, or else --all.", returncode=REFUSED)
        dead: QuerySet[Delivery] = Delivery.objects.filter(state=Delivery.State.DEAD, **given)
        told = {"replayed": 0, "found": dead.count()} if options["dry_run"] else {"replayed": deliveries_replay(dead)}
        self.stdout.write(json.dumps(told))


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as fault:
        raise ArgumentTypeError(f"{text!r} is no time in ISO 8601, like 2026-11-25T14:04") from fault
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _text(text: str) -> str:
    if not text.strip() or "\0" in text:
        raise ArgumentTypeError("give some text")
    return text


def _id(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:20]) <= BIGINT_MAX):
        raise ArgumentTypeError(f"{text!r} is no id")
    return int(text)
