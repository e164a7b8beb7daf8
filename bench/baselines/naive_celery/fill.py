"""Fills the baseline's database with groups of people. A process of its own: `python -m ...fill FILE`."""

import json
import os
import secrets
import sys
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command


def fill(groups: list[int], push: list[dict[str, str] | None]) -> list[dict[str, Any]]:
    """Groups of so many people: {"cookie","csrf","conversation"} of one member of each, who shall send.

    Where `push` has an {"endpoint","p256dh","auth"} for a group, its members have a browser there.
    """
    return [_group(size, browser) for size, browser in zip(groups, push, strict=True)]


def _group(size: int, browser: dict[str, str] | None) -> dict[str, Any]:
    from django.contrib.auth.models import User

    from bench.baselines.drf_polling.chat.models import Conversation
    from bench.baselines.drf_polling.fill import sessions_make
    from bench.baselines.naive_celery.notifications.models import PushSubscription

    names = [secrets.token_hex(6) for _ in range(size)]
    users = User.objects.bulk_create(
        User(username=f"Person {name}", email=f"{name}@example.com", password="!") for name in names
    )
    conversation = Conversation.objects.create()
    conversation.participants.set(users)
    if browser:
        PushSubscription.objects.bulk_create(
            PushSubscription(user=user, **browser | {"endpoint": f"{browser['endpoint']}/{user.pk}"}) for user in users
        )
    (cookie,) = sessions_make(users[:1])
    return {"cookie": cookie, "csrf": secrets.token_hex(16), "conversation": conversation.pk}


def main(file: Path) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.baselines.naive_celery.settings"
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("migrate", verbosity=0, run_syncdb=True)  # ours have no migrations, and refer to others
    wanted = json.loads(file.read_text())
    file.write_text(json.dumps(fill(wanted["groups"], wanted["push"])))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
