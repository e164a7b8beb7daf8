"""Celery processes on the test's database and servers, and the ways to mistreat them."""

import os
import signal
import subprocess
import sys
import uuid
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from backend.chat.models import Participant
from backend.notifications.models import Burst, Delivery
from tests.support.database import database_url
from tests.support.owed import time_passes

ROOT = Path(__file__).resolve().parents[2]


class Crew:
    """Workers and beats that send to `email_url`; all delays are a second."""

    def __init__(self, email_url: str, var: Path, **settings_: str) -> None:
        self._running: list[subprocess.Popen[bytes]] = []
        self._environment = {
            **os.environ,
            "DATABASE_URL": database_url(),
            "REDIS_URL": settings.REDIS_URL,
            "EMAIL_URL": email_url,
            "SECRET_KEY": settings.SECRET_KEY,
            "PUBLIC_URL": settings.PUBLIC_URL,
            "ALLOWED_HOSTS": ",".join(settings.ALLOWED_HOSTS),
            "HARK_PUSH_DELAY": "1",
            "HARK_EMAIL_DELAY": "1",
            "HARK_AWAY_AFTER": "1",
            "HARK_VAR": str(var),
            **settings_,
        }

    def worker(self) -> subprocess.Popen[bytes]:
        return self._start("worker", "--hostname", f"{uuid.uuid4()}@test")

    def beat(self) -> subprocess.Popen[bytes]:
        return self._start("beat", "-S", "celery.beat.Scheduler")

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """SIGKILL the process with its children: nothing is cleaned up."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self._running.remove(process)

    def stop(self) -> None:
        for process in list(self._running):
            self.kill(process)

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "celery", "-A", "worker.celery", *arguments, "--loglevel", "WARNING"]
        process = subprocess.Popen(command, cwd=ROOT, env=self._environment, start_new_session=True)
        self._running.append(process)
        return process


def all_told() -> bool:
    """Whether nothing is owed, open or due any more. Pauses between mails are waited for by moving the past."""
    open_ = Burst.objects.filter(state=Burst.State.OPEN)
    if open_.filter(due_at__gt=timezone.now() + timedelta(seconds=30)).exists():
        time_passes(minutes=10)
    owed = Participant.objects.exclude(waiting_since=None)
    due = Delivery.objects.filter(state=Delivery.State.DUE)
    return not (owed.exists() or open_.exists() or due.exists())
