"""What the scenes of the page play on: people who have written to each other, and the browsers of three of them."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone
from playwright.sync_api import expect

from backend.accounts.models import User
from backend.chat.blocks import person_block
from backend.chat.membership import conversation_open
from backend.chat.models import Message
from backend.chat.reactions import reaction_add
from backend.chat.requests import request_accept
from backend.chat.services import message_delete, message_edit, message_send, read_advance
from backend.notifications.models import Burst, LogEntry, Suppression
from tests.browser.device import Device
from tests.conftest import person, token_of
from tests.support.hark import Hark
from tests.support.http import request

Make = Callable[..., Device]
DESKTOP = {"viewport": {"width": 1280, "height": 900}}
TELEPHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SCREENS = {1280: DESKTOP, 390: TELEPHONE}
FIRST_UNREAD = 9  # the message of Bob from which on Alice has read nothing
LONG = 90  # messages of a history that does not fit a page
# What the browser says of requests that a scene has had refused; of the policy and of faults it says other things.
REFUSED = ("net::ERR_", "the server responded with a status of")
SAID: list[tuple[str, str]] = [
    ("bob", "Good morning! Is the boat still going out on Saturday?"),
    ("alice", "Yes, at seven. Bring a jumper, it is cold on the water."),
    (
        "bob",
        "The pump, as `root`:\n```sh\nfor pump in 1 2; do\n  start --pump $pump\ndone\n```\nand never stop them all",
    ),
    ("alice", "It works. Thank you!"),
    ("bob", "Wrong window, sorry"),
    ("bob", "The tides are at https://example.com/tides/2026/november"),
    ("alice", "At seven it is high, so we have time."),
    ("bob", "🎉"),
    ("bob", "نلتقي في الميناء الساعة 7:30، لا تتأخر!"),
    ("bob", "See you there."),
]
HELD = ("read", "quiet", "active", "muted", "capped")


@dataclass(frozen=True)
class World:
    """The people and conversations by their names, and tokens: Django's ORM refuses to work beside Playwright."""

    hark: Hark
    tokens: dict[str, str]
    conversations: dict[str, int]

    def api(self, who: str, method: str, path: str, body: Any = None) -> None:
        answer = request(self.hark.port, method, f"/api/v1/{path}", token=self.tokens[who], body=body)
        assert answer.status < 300, answer.body

    def path(self, name: str, seq: int | None = None) -> str:
        return f"/c/{self.conversations[name]}" + (f"/{seq}" if seq else "")


def make_world(hark: Hark, alice: User, bob: User, carol: User, dave: User) -> World:
    """Alice has a list, and Erin nothing yet."""
    cast = {"alice": alice, "bob": bob, "carol": carol, "dave": dave, "erin": person("erin"), "layla": person("layla")}
    names = {
        "alice": "Alice Winter",
        "bob": "Bob Marsh",
        "carol": "Carol Montgomery-Featherstonehaugh",
        "layla": "ليلى حداد",
    }
    for key, name in names.items():
        cast[key].name, cast[key].is_staff = name, key == "carol"
        cast[key].save()

    def opened(*others: str, title: str = "") -> int:
        ids = [cast[key].pk for key in others]
        kind = "group" if title else "direct"
        return int(conversation_open(user_id=alice.pk, kind=kind, others=ids, title=title)[0]["id"])

    conversations = {
        "empty": opened("dave"),
        "long": opened("carol"),
        "arabic": opened("layla"),
        "direct": opened("bob"),
        "group": opened("bob", "carol", "layla", title="Harbour light"),
    }
    conversations |= _ask_frank({**cast, "frank": person("frank")})
    cast["frank"] = User.objects.get(email="frank@example.com")
    _write_direct(cast, conversations["direct"])
    _write_others(cast, conversations)
    _hold_back(alice, conversations["direct"])
    hark.start("web")
    return World(hark, {key: token_of(user) for key, user in cast.items()}, conversations)


def _ask_frank(cast: dict[str, User]) -> dict[str, int]:
    """Frank signed up by himself: he is asked twice, and he has blocked Dave, whom he knew."""
    User.objects.filter(pk=cast["frank"].pk).update(name="Frank Ferry", self_registered=True, findable=True)
    frank = User.objects.get(pk=cast["frank"].pk)

    def asked(who: str, *others: str, title: str = "") -> int:
        ids = [frank.pk, *(cast[key].pk for key in others)]
        kind = "group" if title else "direct"
        made = int(conversation_open(user_id=cast[who].pk, kind=kind, others=ids, title=title)[0]["id"])
        say(cast[who], made, "Hello Frank, are you the one with the ferry?")
        return made

    conversations = {
        "blocked": asked("dave"),
        "folded": asked("dave", "carol", title="Night watch"),
        "request": asked("bob"),
        "request_group": asked("carol", "bob", title="Crew of the Petrel"),
    }
    for name in ("blocked", "folded"):
        request_accept(user_id=frank.pk, conversation_id=conversations[name])
    say(cast["carol"], conversations["folded"], "Who has the watch tonight?")
    person_block(user=frank, other_id=cast["dave"].pk)
    say(cast["dave"], conversations["folded"], "Not me!", reply_to=2)
    return conversations


def say(sender: User, conversation: int, text: str, reply_to: int | None = None) -> None:
    message_send(
        sender_id=sender.pk, conversation_id=conversation, client_id=uuid.uuid4(), text=text, reply_to=reply_to
    )


def _write_direct(cast: dict[str, User], direct: int) -> None:
    answers = {7: 1, 10: 2}
    for seq, (key, text) in enumerate(SAID, 1):
        say(cast[key], direct, text, answers.get(seq))
    alice, bob = cast["alice"], cast["bob"]
    message_edit(editor_id=alice.pk, conversation_id=direct, seq=4, text="It works now. Thank you!")
    message_delete(editor_id=bob.pk, conversation_id=direct, seq=5)
    for user, seq, emoji in ((bob, 2, "👍"), (alice, 2, "👍"), (bob, 2, "❤️"), (alice, 6, "🎉")):
        reaction_add(user_id=user.pk, conversation_id=direct, seq=seq, emoji=emoji)
    read_advance(user_id=alice.pk, conversation_id=direct, seq=FIRST_UNREAD - 1)
    Message.objects.filter(conversation_id=direct, seq__lte=2).update(created_at=timezone.now() - timedelta(days=1))


def _write_others(cast: dict[str, User], conversations: dict[str, int]) -> None:
    for number in range(1, LONG + 1):
        say(cast["alice" if number % 3 else "carol"], conversations["long"], f"Buoy {number} is painted.")
    say(cast["layla"], conversations["arabic"], "مرحبًا أليس، هل وصلت؟")
    say(cast["carol"], conversations["group"], "The harbour is lit.")
    say(cast["bob"], conversations["group"], "@Alice Winter Have you the key of the lamp room?")
    say(cast["layla"], conversations["group"], "معي أنا، سأحضره غدًا.")
    say(cast["alice"], conversations["group"], "Then all is well.")


def _hold_back(alice: User, conversation: int) -> None:
    """Alice's mail server refused a mail, and for this and that reason she was not told of messages."""
    Suppression.objects.create(email=alice.email, reason="550 5.1.1 <alice@example.com>: no such user here")
    now = timezone.now()
    burst = Burst.objects.create(recipient=alice, conversation_id=conversation, due_at=now, state="closed")
    entries = [
        {"verdict": verdict, "until": now + timedelta(hours=1) if verdict == "quiet" else None} for verdict in HELD
    ]
    LogEntry.objects.bulk_create(
        LogEntry(recipient=alice, burst=burst, count=2, channel="email", **each) for each in entries
    )


@dataclass
class Stage:
    """One way of looking at the page: how wide, light or dark, in which language."""

    make: Make
    world: World
    width: int = 1280
    scheme: str = "light"
    language: str = "en"
    options: dict[str, Any] = field(default_factory=dict)
    _devices: dict[str, Device] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.width}-{self.scheme}-{self.language}"

    def device(self, who: str) -> Device:
        """The browser of alice, erin (new), frank (who is asked) or a stranger. The first time they sign in."""
        if who not in self._devices:
            locale = {"en": "en-GB", "es": "es-ES", "ar": "ar-EG"}[self.language]
            options = {**SCREENS[self.width], "color_scheme": self.scheme, "locale": locale, **self.options}
            self._devices[who] = self.make(**options)
            if who != "stranger":
                self._sign_in(who, self._devices[who])
        return self._devices[who]

    def _sign_in(self, who: str, device: Device) -> None:
        self.world.api(who, "PATCH", "me", {"language": self.language})
        device.page.locator("#sign-in-email").fill(f"{who}@example.com")
        device.page.locator("#sign-in-password").fill("correct horse battery")
        device.page.locator("#sign-in-password").press("Enter")
        expect(device.page.locator(".conversation-item, #list-empty:not([hidden])").first).to_be_visible()

    def forgive(self) -> None:
        """What a scene had refused on purpose is no complaint."""
        for device in self._devices.values():
            device.complaints = [line for line in device.complaints if not any(words in line for words in REFUSED)]

    def leave(self) -> None:
        """Close the browsers; what they had to complain of is kept."""
        for device in self._devices.values():
            device.context.close()
