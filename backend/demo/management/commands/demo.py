"""`manage.py demo`: people and a conversation to try Hark with, in an empty database."""

import uuid
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from backend.accounts.models import User
from backend.accounts.services import user_create
from backend.chat.membership import conversation_open
from backend.chat.services import message_send

PASSWORD = "demo-hark-2026"  # noqa: S105  (told to everybody by bin/run)
PEOPLE = {"alice": "Alice Adler", "bob": "Bob Brandt", "carol": "Carol Castro"}
TALK = [
    ("alice", "Morning! The lantern for the harbour light arrived. Who can help me carry it up on Thursday?"),
    ("bob", "I can. How heavy is it?"),
    ("alice", "About 40 kg, but it comes in two parts: https://example.com/harbour/lantern"),
    ("carol", "I'll bring the trolley, and coffee."),
]


class Command(BaseCommand):
    """Does nothing if there is anybody already."""

    help = "Make demo people and conversations in an empty database."

    @transaction.atomic
    def handle(self, **options: Any) -> None:
        if User.objects.exists():
            return
        people = {
            key: user_create(email=f"{key}@example.com", name=name, password=PASSWORD, is_superuser=key == "alice").id
            for key, name in PEOPLE.items()
        }
        everybody = list(people.values())
        group, _ = conversation_open(user_id=people["alice"], kind="group", others=everybody, title="Harbour light")
        for key, text in TALK:
            message_send(sender_id=people[key], conversation_id=group["id"], client_id=uuid.uuid4(), text=text)
        direct, _ = conversation_open(user_id=people["bob"], kind="direct", others=[people["alice"]], title="")
        text = "Hi Alice, do you have a minute this afternoon?"
        message_send(sender_id=people["bob"], conversation_id=direct["id"], client_id=uuid.uuid4(), text=text)
