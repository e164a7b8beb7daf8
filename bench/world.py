"""Fills a database of Hark with people who have talked. A process of its own, because it needs Django.

`python -m bench.world FILE` reads what to make from the file, as JSON, and writes what was made into it.
"""

import json
import secrets
import sys
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import django
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.utils import timezone

TEXT = "Thank you, that helps: I shall look at it this afternoon and write to you again."  # a usual length


def make(wanted: dict[str, Any]) -> dict[str, Any]:
    """{"pairs","messages","groups":[people]} or {"readers":[conversations],"messages","tokens"} -> what came out.

    With a "password" those in pairs can sign in.
    """
    if "readers" in wanted:
        return {"readers": readers_make(wanted["readers"], wanted["messages"], wanted["tokens"])}
    return talkers_make(wanted["pairs"], wanted["messages"], wanted["groups"], wanted.get("password"))


def talkers_make(pairs: int, messages: int, groups: Sequence[int], password: str | None = None) -> dict[str, Any]:
    """Pairs of people with so many messages between them, and groups of other people who have said nothing much.

    {"people": [[user id, token]], "groups": [[user id, token]] of each}; 2n and 2n + 1 of the people are a pair.
    """
    people = people_make(2 * pairs, password=password)
    members = [people_make(size) for size in groups]
    log = Log()
    for first, second in zip(people[::2], people[1::2], strict=True):
        log.add([first[0], second[0]], messages)
    for group in members:
        log.add([user_id for user_id, _ in group], 1)
    log.write()
    return {"people": people, "groups": members}


def readers_make(readers: Sequence[int], messages: int, tokens: int) -> list[list[tuple[int, str]]]:
    """Readers with so many conversations each, the last of which hold `messages` in all; their tokens."""
    others = [user_id for user_id, _ in people_make(max(readers), tokens=0)]
    log = Log()
    made = []
    for conversations in readers:
        credentials = people_make(1, tokens=tokens)
        for number, other in enumerate(others[:conversations]):
            last = number == conversations - 1
            log.add([credentials[0][0], other], messages // len(readers) if last else 1)
        made.append(credentials)
    log.write()
    return made


def people_make(count: int, tokens: int = 1, password: str | None = None) -> list[tuple[int, str]]:
    """[(user id, token)] of new people; without tokens [(user id, "")]. Without a password none signs in."""
    from backend.accounts.models import ApiToken, User
    from backend.accounts.services import TOKEN_LIFE, TOKEN_PREFIX, token_digest

    names = [secrets.token_hex(6) for _ in range(count)]
    hashed = make_password(password)
    new = [User(email=f"{name}@example.com", name=f"Person {name}", password=hashed) for name in names]
    users = User.objects.bulk_create(new, batch_size=2000)
    if not tokens:
        return [(user.id, "") for user in users]
    owned = [(user.id, TOKEN_PREFIX + secrets.token_urlsafe(32)) for user in users for _ in range(tokens)]
    expires_at = timezone.now() + TOKEN_LIFE - timedelta(days=1)
    rows = [ApiToken(user_id=u, name="bench", digest=token_digest(t), expires_at=expires_at) for u, t in owned]
    ApiToken.objects.bulk_create(rows, batch_size=2000)
    return owned


class Log:
    """Conversations with messages, as they would stand if all had been sent over HTTP and read by everybody."""

    def __init__(self) -> None:
        self._new: list[tuple[list[int], int]] = []
        self._feeds: defaultdict[int, int] = defaultdict(int)

    def add(self, users: list[int], messages: int) -> None:
        self._new.append((users, messages))

    def write(self) -> None:
        from backend.chat.models import Conversation, Participant
        from backend.live.models import Feed

        conversations = Conversation.objects.bulk_create(
            [self._conversation(users, messages) for users, messages in self._new], batch_size=2000
        )
        participants = [
            self._participant(conversation.id, user, messages)
            for conversation, (users, messages) in zip(conversations, self._new, strict=True)
            for user in users
        ]
        Participant.objects.bulk_create(participants, batch_size=2000)
        Feed.objects.bulk_create([Feed(user_id=u, rev=rev) for u, rev in self._feeds.items()], batch_size=2000)
        rows = [(c.id, users[0], users[1], count) for c, (users, count) in zip(conversations, self._new, strict=True)]
        _messages_insert(rows)

    def _conversation(self, users: list[int], messages: int) -> Any:
        from backend.chat.models import Conversation

        direct = len(users) == 2
        return Conversation(
            kind="direct" if direct else "group",
            title="" if direct else f"Group of {len(users)}",
            owner_id=users[0],
            direct_key=f"{min(users)}:{max(users)}" if direct else None,
            rev=messages,
            last_seq=messages,
        )

    def _participant(self, conversation_id: int, user: int, messages: int) -> Any:
        from backend.chat.models import Participant

        self._feeds[user] += messages
        rev = self._feeds[user]
        return Participant(conversation_id=conversation_id, user_id=user, read_seq=messages, feed_rev=rev, activity=rev)


def _messages_insert(rows: list[tuple[int, int, int, int]]) -> None:
    """rows: (conversation, one sender, another sender, how many)."""
    from bench import bulk

    columns = [list(column) for column in zip(*rows, strict=True)]
    with bulk.loading("chat_message", sum(columns[3])) as cursor:
        cursor.execute(MESSAGES, [TEXT, *columns])


MESSAGES = """
INSERT INTO chat_message (conversation_id, seq, rev, sender_id, client_id, sent_digest, text, created_at)
SELECT c, n, n, CASE mod(n, 2) WHEN 0 THEN a ELSE b END, gen_random_uuid(), sha256(int8send(n)), %s || n,
    now() - (messages - n) * interval '1 second'
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[]) AS talk (c, a, b, messages),
    generate_series(1, messages) AS n
ORDER BY n, c
"""  # in the order of time: what one conversation has said lies far apart, as it does in real life


def main(file: Path) -> None:
    django.setup()
    call_command("migrate", verbosity=0)
    file.write_text(json.dumps(make(json.loads(file.read_text()))))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
