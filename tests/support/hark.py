"""Hark's processes as the Procfile and docs/operations.md start them, on the test database."""

import os
import signal
import subprocess
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

from stack import processes
from stack.environment import ROOT, process_environment
from stack.ports import free_port

from tests.support.database import database_url
from tests.support.http import request
from tests.support.waiting import wait_until

PATIENCE = 60  # seconds for a process to end
# A plain WSGI server in the place of `web`: this line of docs/operations.md.
WSGI = (
    "gunicorn backend.config.wsgi --bind ${HOST:-127.0.0.1}:${PORT:-8000} --threads 10 --keep-alive 5"
    " --limit-request-line 8190 --no-control-socket --log-level warning"
)
SERVERS = ("web", "wsgi")


class Hark:
    """Starts, kills and stops `web` or `wsgi`, `worker` and `beat`. What they say is in `<folder>/<name>.log`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, *names: str, **settings: str) -> None:
        """Start these processes with these settings besides the tests' own; return when the server answers."""
        environment = {
            "DATABASE_URL": database_url(),
            "PORT": str(self.port),
            "PUBLIC_URL": self.url,
            **settings,
        }
        for name in names:
            with (self.folder / f"{name}.log").open("ab") as log:
                self._running[name] = processes.spawn(
                    ["sh", "-c", f"exec {_commands()[name]}"],
                    cwd=ROOT,
                    env=process_environment(environment),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                )
        for name in set(names).intersection(SERVERS):
            wait_until(partial(self._answers, name), f"{name} answers; it said: {self.log(name)}")

    def kill(self, name: str) -> None:
        """SIGKILL, for the process and its children: nothing of it gets a chance to tidy up."""
        process = self._running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        processes.end(process)

    def terminate(self, name: str) -> float:
        """SIGTERM; how many seconds the process took to end by itself."""
        process = self._running.pop(name)
        started = time.monotonic()
        process.terminate()
        process.wait(timeout=PATIENCE)
        processes.end(process)
        return time.monotonic() - started

    def stop(self) -> None:
        """Stop everything that runs, politely."""
        for process in self._running.values():
            process.terminate()
        while self._running:
            processes.end(self._running.popitem()[1])

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")

    @property
    def logs(self) -> str:
        """All that all of them have said."""
        return "".join(file.read_text(errors="replace") for file in self.folder.glob("*.log"))

    def _answers(self, name: str) -> bool:
        assert self._running[name].poll() is None, self.log(name)
        with suppress(OSError):
            return request(self.port, "GET", "/healthz").status == 200
        return False


def _commands() -> dict[str, str]:
    lines = (ROOT / "Procfile").read_text().splitlines()
    return {"wsgi": WSGI, **dict(line.split(": ", 1) for line in lines if line)}
