"""Hark's processes as the Procfile starts them, on the test database."""

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from django.db import connection
from stack import processes
from stack.environment import ROOT, process_environment
from stack.ports import free_port

from tests.support.http import request
from tests.support.waiting import wait_until

PATIENCE = 60  # seconds for a process to end


class Hark:
    """Starts, kills and stops `web`, `worker` and `beat`. What they say is in `<folder>/<name>.log`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, *names: str, **settings: str) -> None:
        """Start these processes with these settings besides the tests' own; return when `web` answers."""
        environment = {
            "DATABASE_URL": _test_database_url(),
            "PORT": str(self.port),
            "PUBLIC_URL": self.url,
            **settings,
        }
        for name in names:
            with (self.folder / f"{name}.log").open("ab") as log:
                self._running[name] = processes.spawn(
                    ["sh", "-c", f"exec {_procfile()[name]}"],
                    cwd=ROOT,
                    env=process_environment(environment),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                )
        if "web" in names:
            wait_until(self._web_answers, f"web answers; it said: {self.log('web')}")

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

    def _web_answers(self) -> bool:
        process = self._running["web"]
        assert process.poll() is None, self.log("web")
        with suppress(OSError):
            return request(self.port, "GET", "/healthz").status == 200
        return False


def _procfile() -> dict[str, str]:
    lines = (ROOT / "Procfile").read_text().splitlines()
    return dict(line.split(": ", 1) for line in lines if line)


def _test_database_url() -> str:
    settings = connection.settings_dict
    user, password = quote(settings["USER"], safe=""), quote(settings["PASSWORD"], safe="")
    host = f"{settings['HOST']}:{settings['PORT'] or 5432}"
    return f"postgresql://{user}:{password}@{host}/{settings['NAME']}"
