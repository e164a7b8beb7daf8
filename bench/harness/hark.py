"""Hark as it tells people who are away: web process, worker, groups of people. Its beat is the one who measures."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from stack.errors import Refused

from bench.harness import server
from bench.harness.lab import Lab
from bench.harness.readers import Reader, ask_once, find_readers
from bench.harness.worker import Worker, working
from bench.world import TEXT

DATABASE = "notify"
PREFIX = "hark:celery:"  # of the keys on the broker, as worker/celery.py has it
BEAT = [f"worker.tasks.{name}" for name in ("decide", "push", "email", "signups")]
EXPIRES = 4  # seconds, as in its schedule
AT_ONCE = {"HARK_PUSH_DELAY": "0", "HARK_EMAIL_DELAY": "0"}

# Browsers for members of groups, who then want no mails.
WANT_PUSHES = """
WITH settings AS (
    INSERT INTO notifications_notificationsettings (user_id, email) SELECT u, false FROM unnest(%(users)s::bigint[]) u
)
INSERT INTO notifications_pushsubscription (user_id, endpoint, p256dh, auth, name)
SELECT u, %(endpoint)s || '/' || u, %(p256dh)s, %(auth)s, 'Firefox on Linux' FROM unnest(%(users)s::bigint[]) u
"""
TOLD = """
SELECT coalesce(sum(l.count), 0) FROM notifications_logentry l JOIN notifications_burst b ON b.id = l.burst_id
WHERE b.conversation_id = %s AND l.verdict = 'send'
"""


@dataclass(frozen=True)
class Hark:
    """A `bench.harness.burst.Side`: one mail, or one push, tells a member of all messages."""

    worker: Worker
    port: int
    senders: list[Reader]  # one of each group
    members: int  # of each group, besides the sender
    database: str

    def say(self, group: int) -> None:
        answer = ask_once(self.port, self.senders[group].send(TEXT))
        if answer.status != 201:
            raise Refused(f"A message was answered {answer.status}: {answer.body[:200]!r}")

    def sends(self, messages: int) -> int:
        return self.members

    def tick(self) -> None:
        self.worker.wake(*BEAT, expires=EXPIRES)

    def is_recorded(self, group: int, messages: int) -> bool:
        with psycopg.connect(self.database) as connection:
            told = connection.execute(TOLD, [self.senders[group].conversation]).fetchone()
        return bool(told and told[0] == self.members * messages)


@contextmanager
def notifying(lab: Lab, browsers: list[dict[str, str] | None], settings: Mapping[str, str]) -> Iterator[Hark]:
    """Inside, it is ready to tell as many groups as there are `browsers`; one of each is its members' browser."""
    members = lab.sizes.away
    groups = lab.fill("bench.world", DATABASE, {"pairs": 0, "messages": 0, "groups": [members + 1] * len(browsers)})
    url = lab.database(DATABASE)
    with psycopg.connect(url) as connection:
        for group, browser in zip(groups["groups"], browsers, strict=True):
            if browser:
                connection.execute(WANT_PUSHES, {"users": [user for user, _ in group], **browser})
    senders = find_readers(url, [group[0] for group in groups["groups"]])
    environment = {**lab.settings(DATABASE), **AT_ONCE, **settings}
    command = server.procfile_command("worker")
    with (
        lab.hark(DATABASE) as web,
        working("hark worker", command, lab.folder, environment, prefix=PREFIX) as worker,
    ):
        yield Hark(worker, web.port, senders, members, url)
