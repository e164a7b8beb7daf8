"""Dead letters are sent once more, by `manage.py replay` or from the admin; what was read meanwhile is not."""

import json
import subprocess
import sys
from datetime import timedelta
from io import StringIO
from itertools import count
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from stack.environment import ROOT

from backend.accounts.models import User
from backend.chat.services import read_advance
from backend.notifications.models import Delivery, LogEntry
from backend.notifications.services.deliveries import deliveries_claim, delivery_dead
from backend.notifications.verdicts import Channel
from tests.conftest import make_staff
from tests.support.mail import Inbox, text_of
from tests.support.owed import device_of, say, time_passes
from worker.dispatch import bursts_decide, deliveries_send


@pytest.fixture(autouse=True)
def mail_goes_to_the_inbox(settings: Any, inbox: Inbox) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", inbox.port


def replay(*arguments: object) -> dict[str, int]:
    said = StringIO()
    call_command("replay", *map(str, arguments), stdout=said)
    [line] = said.getvalue().splitlines()
    told: dict[str, int] = json.loads(line)
    return told


@pytest.fixture
def dead(alice: User, bob: User, carol: User, group: int) -> dict[str, Delivery]:
    """By name: the mails to bob and carol, and the push to bob, each given up for a reason of its own."""
    device_of(bob)
    say(alice, group, "Where is the key?")
    time_passes(minutes=11)
    bursts_decide()
    for channel in Channel:
        for delivery in deliveries_claim(channel=channel, most=10):
            delivery_dead(delivery=delivery, error=f"55{delivery.id % 10} {delivery.recipient.name}")
    found = {f"{delivery.recipient.name} {delivery.channel}": delivery for delivery in Delivery.objects.all()}
    assert set(found) == {"Bob email", "Carol email", "Bob push"}
    return found


def due() -> set[int]:
    return set(Delivery.objects.filter(state="due").values_list("id", flat=True))


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (["--all"], {"Bob email", "Carol email", "Bob push"}),
        (["--channel", "email"], {"Bob email", "Carol email"}),
        (["--channel", "push"], {"Bob push"}),
        (["--error", "carol"], {"Carol email"}),
        (["--error", "nobody said that"], set()),
        (["--since", "2000-01-01"], {"Bob email", "Carol email", "Bob push"}),
        (["--since", "2000-01-01T00:00:00+02:00", "--channel", "push"], {"Bob push"}),
        (["--since", "2999-01-01T00:00"], set()),
        (["--id", "{Bob email}", "{Bob push}"], {"Bob email", "Bob push"}),
        (["--id", "{Bob email}", "--channel", "push"], set()),
        (["--id", "999999999"], set()),
    ],
    ids=count(),
)
def test_what_the_filters_name_is_due_again(filters: list[str], expected: set[str], dead: dict[str, Delivery]) -> None:
    ids = {f"{{{name}}}": str(delivery.id) for name, delivery in dead.items()}
    arguments = [ids.get(argument, argument) for argument in filters]
    assert replay(*arguments, "--dry-run") == {"replayed": 0, "found": len(expected)}
    assert due() == set()
    assert replay(*arguments) == {"replayed": len(expected)}
    assert due() == {dead[name].id for name in expected}
    assert replay(*arguments) == {"replayed": 0}


def test_since_is_when_it_was_given_up(dead: dict[str, Delivery]) -> None:
    now = timezone.now()
    Delivery.objects.filter(id=dead["Bob push"].id).update(finished_at=now - timedelta(days=2))
    assert replay("--since", (now - timedelta(days=1)).isoformat(), "--dry-run")["found"] == 2


def test_a_replayed_mail_arrives_and_says_what_is_there_now(
    inbox: Inbox, alice: User, bob: User, group: int, dead: dict[str, Delivery]
) -> None:
    assert replay("--channel", "email") == {"replayed": 2}
    deliveries_send(Channel.EMAIL)
    assert sorted(mail["To"].split("<")[1] for mail in inbox.mails) == ["bob@example.com>", "carol@example.com>"]
    assert all("Where is the key?" in text_of(mail) for mail in inbox.mails)
    assert replay("--all", "--dry-run")["found"] == 1


def test_a_replay_decides_anew(inbox: Inbox, bob: User, group: int, dead: dict[str, Delivery]) -> None:
    read_advance(user_id=bob.id, conversation_id=group, seq=1)
    replay("--all")
    deliveries_send(Channel.EMAIL)
    assert [mail["To"] for mail in inbox.mails] == ["Carol <carol@example.com>"]
    states = {name: Delivery.objects.get(id=delivery.id).state for name, delivery in dead.items()}
    assert (states["Bob email"], states["Carol email"]) == ("cancelled", "sent")
    assert LogEntry.objects.filter(recipient=bob, channel="email").latest("id").verdict == "read"


def test_an_operator_replays_from_the_admin(inbox: Inbox, alice: User, bob: User, dead: dict[str, Delivery]) -> None:
    make_staff(alice, superuser=True)
    client = Client()
    client.force_login(alice)
    chosen = {"action": "replay", "_selected_action": [dead["Bob email"].id, dead["Carol email"].id]}
    page = client.post("/admin/notifications/delivery/", chosen, follow=True).content.decode()
    assert "2 will be tried again." in page
    deliveries_send(Channel.EMAIL)
    assert len(inbox.mails) == 2
    again = client.post("/admin/notifications/delivery/", chosen, follow=True).content.decode()
    assert "0 will be tried again." in again


WRONG = [
    ([], "Say which"),
    (["--dry-run"], "Say which"),
    (["--all", "--channel", "email"], "Say which"),
    (["--channel", "sms"], "invalid choice"),
    (["--channel"], "expected one argument"),
    (["--since", "yesterday"], "is no time in ISO 8601"),
    (["--since", "2026-13-01"], "is no time in ISO 8601"),
    (["--error", " "], "give some text"),
    (["--id"], "expected at least one argument"),
    (["--id", "0"], "is no id"),
    (["--id", "-1"], "is no id"),
    (["--id", "1", "two"], "is no id"),
    (["--id", "9223372036854775808"], "is no id"),
    (["--id", "9" * 5_000], "is no id"),
    (["--everything"], "unrecognized arguments"),
    (["5"], "unrecognized arguments"),
]


@pytest.mark.parametrize(("arguments", "words"), WRONG, ids=lambda given: str(given)[:30])
def test_nonsense_replays_nothing(arguments: list[str], words: str, dead: dict[str, Delivery]) -> None:
    with pytest.raises(CommandError, match=words):
        replay(*arguments)
    assert due() == set()


@pytest.mark.parametrize("arguments", [[], ["--since", "yesterday"]], ids=str)
def test_nonsense_at_the_terminal_is_exit_code_2(arguments: list[str]) -> None:
    command = [sys.executable, "manage.py", "replay", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--since" in done.stderr and "Traceback" not in done.stderr
