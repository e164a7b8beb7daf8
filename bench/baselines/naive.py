"""The baseline `naive_celery` as it runs: gunicorn, a Celery worker, groups of people."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stack.errors import Refused

from bench.baselines import drf_requests
from bench.harness.lab import Lab
from bench.harness.readers import ask_once
from bench.harness.server import running
from bench.harness.worker import Worker, working
from bench.world import TEXT

PROJECT = "bench.baselines.naive_celery"
DATABASE = "naive_celery"
PROCESSES = 3  # as many as Hark's worker has (worker/celery.py)


@dataclass(frozen=True)
class Naive:
    """A `bench.harness.burst.Side`: a mail, or a push, for each message and each recipient."""

    worker: Worker
    port: int
    senders: list[dict[str, Any]]  # one of each group
    members: int  # of each group, besides the sender

    def say(self, group: int) -> None:
        answer = ask_once(self.port, drf_requests.send(self.senders[group], TEXT))
        if answer.status != 201:
            raise Refused(f"{PROJECT}: a message was answered {answer.status}: {answer.body[:200]!r}")

    def sends(self, messages: int) -> int:
        return self.members * messages

    def tick(self) -> None:
        """There is no scheduler: every task is queued by the send."""

    def is_recorded(self, group: int, messages: int) -> bool:
        """It records nothing."""
        return True


@contextmanager
def notifying(lab: Lab, browsers: list[dict[str, str] | None], settings: Mapping[str, str]) -> Iterator[Naive]:
    """Inside, it is ready to tell as many groups as there are `browsers`; one of each is its members' browser."""
    members = lab.sizes.away
    broker = lab.valkey.url.removesuffix("/0") + "/1"  # a database of its own on the same server
    environment = {"REDIS_URL": broker, **settings}
    wanted = {"groups": [members + 1] * len(browsers), "push": browsers}
    senders = lab.fill(f"{PROJECT}.fill", DATABASE, wanted, **environment)
    environment = lab.settings(DATABASE) | environment
    web: list[str | Path] = ["gunicorn", "--bind", "127.0.0.1:{port}", "--threads", "4", "--log-level", "warning"]
    command: list[str | Path] = ["celery", "--quiet", "-A", f"{PROJECT}.celery", "worker", "--loglevel", "WARNING"]
    with (
        running("naive web", [*web, f"{PROJECT}.wsgi"], lab.folder, environment) as started,
        working("naive worker", [*command, "--concurrency", str(PROCESSES)], lab.folder, environment) as worker,
    ):
        yield Naive(worker, started.port, senders, members)
