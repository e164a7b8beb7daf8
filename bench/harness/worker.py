"""A Celery worker under load: its process and the children that do the work, on the server core."""

import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from celery import Celery
from kombu.exceptions import OperationalError

from bench.harness.server import cpu_seconds, started, with_children

PING_TIMEOUT = 0.5  # seconds


@dataclass(frozen=True)
class Worker:
    """A worker that waits for tasks."""

    process: subprocess.Popen[bytes]
    client: Celery

    def cpu_seconds(self) -> float:
        """Processor time that it has used so far, children included."""
        return cpu_seconds(self.process.pid)

    def wake(self, *tasks: str, expires: float) -> None:
        """Queue these tasks, which carry nothing and mean nothing after so many seconds."""
        for task in tasks:
            self.client.send_task(task, expires=expires)

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Inside, none of its processes runs: what is queued stays queued."""
        members = with_children(self.process.pid)
        try:
            for member in members:
                member.suspend()
            while any(member.status() != psutil.STATUS_STOPPED for member in members):
                time.sleep(0.001)  # the signal has been sent, but not yet come
            yield
        finally:
            for member in members:
                with suppress(psutil.NoSuchProcess):
                    member.resume()


@contextmanager
def working(
    name: str, command: list[str | Path], folder: Path, settings: Mapping[str, str], *, prefix: str = ""
) -> Iterator[Worker]:
    """Start a worker on the broker REDIS_URL of the settings; `prefix` is that of its keys. Inside, it is ready."""
    client = Celery(broker=settings["REDIS_URL"], set_as_current=False)
    client.conf.update(broker_transport_options={"global_keyprefix": prefix}, task_ignore_result=True)

    def answers() -> bool:
        with suppress(OperationalError):
            return bool(client.control.ping(timeout=PING_TIMEOUT))
        return False

    try:
        with started(name, command, folder, settings, answers) as process:
            yield Worker(process, client)
    finally:
        client.close()
