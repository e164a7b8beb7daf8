"""bin/run as a person at a terminal meets it: a real one, in a HARK_VAR of its own."""

import http.client
import json
import os
import shutil
import signal
import smtplib
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import pytest
from stack.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
START_TIMEOUT = 90  # seconds, on a busy machine
STOP_TIMEOUT = 30  # seconds
SERVERS_ARE_UP = "Bringing the tables"
DEMO_PASSWORD = "demo-hark-2026"
SETTINGS = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SECRET_KEY", "PUBLIC_URL", "ALLOWED_HOSTS", "HARK_SIGNUP")


class Answer(NamedTuple):
    status: int
    cookie: str
    body: bytes


class Run:
    """One bin/run, and the questions the tests ask about it."""

    def __init__(self, var: Path, **environment: str) -> None:
        self.port = free_port()
        self.environment = {name: value for name, value in os.environ.items() if name not in SETTINGS}
        self.environment |= {"HARK_VAR": str(var), "PORT": str(self.port), **environment}
        self.output = var.with_name(f"{var.name}-output")
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [ROOT / "bin" / "run"],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def wait_for(self, words: str) -> None:
        deadline = time.monotonic() + START_TIMEOUT
        while words not in self.output.read_text():
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() < deadline, self.output.read_text()
            time.sleep(0.05)

    def descendants(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def descendant(self, *words: str) -> psutil.Process:
        """The outermost process with all the words in its command line."""
        return next(p for p in self.descendants() if all(word in " ".join(p.cmdline()) for word in words))

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Returns the exit code."""
        self.process.send_signal(number)
        return self.process.wait(STOP_TIMEOUT)

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> "Answer":
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)) as connection:
            content = None if body is None else json.dumps(body)
            connection.request(method, path, content, {"Content-Type": "application/json", **headers})
            response = connection.getresponse()
            return Answer(response.status, response.getheader("Set-Cookie") or "", response.read())

    def sign_in(self, email: str, password: str) -> int:
        """As the page does it. Returns the status of the answer."""
        token = self.request("GET", "/").cookie.split("csrftoken=")[1].split(";")[0]
        headers = {"Cookie": f"csrftoken={token}", "X-CSRFToken": token}
        return self.request("POST", "/api/v1/auth/login", {"email": email, "password": password}, **headers).status


@contextmanager
def started(var: Path, moment: str = "Hark is ready", **environment: str) -> Iterator[Run]:
    run = Run(var, **environment)
    try:
        run.wait_for(moment)
        yield run
    finally:
        if run.process.poll() is None:
            run.stop()


def refused(var: Path, **environment: str) -> str:
    """The one line of a bin/run that does not start."""
    run = Run(var, **environment)
    assert run.process.wait(START_TIMEOUT) == 1
    lines = run.output.read_text().splitlines()
    assert len(lines) == 1, lines
    return lines[0]


def inbound_of(var: Path) -> tuple[str, int]:
    """Where it receives mail."""
    settings = dict(line.split("=", 1) for line in (var / "env").read_text().splitlines())
    host, _, port = settings["HARK_INBOUND_LISTEN"].rpartition(":")
    return host, int(port)


def gone(processes: list[psutil.Process]) -> bool:
    return not psutil.wait_procs(processes, timeout=STOP_TIMEOUT)[1]


@pytest.fixture
def var(tmp_path: Path) -> Iterator[Path]:
    """A HARK_VAR that has the page already. As root the data may lie elsewhere, behind a link."""
    folder = tmp_path / "var"
    shutil.copytree(Path(os.environ["HARK_VAR"], "static"), folder / "static")
    yield folder
    shutil.rmtree((folder / "postgres").resolve(), ignore_errors=True)


def test_it_serves_the_demo_people_until_sigterm_and_keeps_the_data(var: Path) -> None:
    with started(var) as run:
        assert json.loads(run.request("GET", "/readyz").body)["status"] == "ready"
        assert [run.sign_in(f"{name}@example.com", DEMO_PASSWORD) for name in ("alice", "bob", "carol")] == [200] * 3
        with smtplib.SMTP(*inbound_of(var), timeout=20) as client:
            assert client.ehlo()[1].startswith(b"reply.localhost")

        refusal = refused(var)
        assert "already running" in refusal

        manage = [ROOT / ".venv" / "bin" / "python", ROOT / "manage.py", "adduser", "dave@example.com"]
        answer = subprocess.run(
            [*manage, "--name", "Dave", "--password", "correct horse battery"],
            env={"PATH": os.environ["PATH"], "HARK_VAR": str(var)},
            capture_output=True,
            check=True,
        )
        assert json.loads(answer.stdout)["email"] == "dave@example.com"

        ours = run.descendants()
        assert run.stop(signal.SIGTERM) == 128 + signal.SIGTERM
        assert gone(ours)
        assert not (var / "env").exists()

    with started(var) as run:
        assert run.sign_in("dave@example.com", "correct horse battery") == 200
        ours = run.descendants()
        assert run.stop(signal.SIGINT) == 128 + signal.SIGINT
        assert gone(ours)


@pytest.mark.parametrize("moment", ["Starting PostgreSQL", SERVERS_ARE_UP, "Starting web"])
def test_it_can_be_stopped_while_it_starts(var: Path, moment: str) -> None:
    run = Run(var)
    run.wait_for(moment)
    ours = run.descendants()
    assert run.stop() == 128 + signal.SIGTERM
    assert gone(ours)
    assert not (var / "env").exists()


def test_the_end_of_one_process_ends_all(var: Path) -> None:
    with started(var) as run:
        ours = run.descendants()
        run.descendant("celery", "worker.celery", " worker ").kill()
        assert run.process.wait(STOP_TIMEOUT) == 1
        assert "worker has ended" in run.output.read_text()
        assert gone(ours)


def test_nothing_survives_its_own_sigkill_and_the_next_run_works(var: Path) -> None:
    with started(var) as run:
        ours = run.descendants()
        run.process.kill()
        run.process.wait()
    with started(var, SERVERS_ARE_UP):
        assert gone(ours)


def test_servers_that_survived_everything_are_stopped_by_the_next_run(var: Path) -> None:
    with started(var) as run:
        servers = [run.descendant("postgres", "-D"), run.descendant("valkey-server")]
        others = [process for process in run.descendants() if process not in servers]
        run.process.kill()
        for process in others:  # the guardian among them; some end by themselves
            with suppress(psutil.NoSuchProcess):
                if "postgres" not in process.name():
                    process.kill()
        run.process.wait()
    with started(var, SERVERS_ARE_UP):
        assert gone(servers)


def test_given_servers_are_used(var: Path) -> None:
    redis_url = os.environ["REDIS_URL"].removesuffix("/0") + "/9"
    with started(var, DATABASE_URL=os.environ["DATABASE_URL"], REDIS_URL=redis_url) as run:
        assert run.sign_in("alice@example.com", DEMO_PASSWORD) == 200
    assert not (var / "postgres").exists()


def test_a_taken_port_is_one_line(var: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        assert refused(var, PORT=port).startswith(f"Port {port} is taken")
    assert not (var / "postgres").exists()


def test_a_port_that_is_none_is_one_line(var: Path) -> None:
    assert refused(var, PORT="http") == "PORT=http is no port number."


def test_an_unreachable_database_is_one_line(var: Path) -> None:
    line = refused(var, DATABASE_URL=f"postgresql://hark:secret@127.0.0.1:{free_port()}/hark")
    assert line.startswith("DATABASE_URL: ")
    assert "Connection refused" in line
    assert "secret" not in line


def test_an_unreachable_redis_is_one_line(var: Path) -> None:
    line = refused(var, REDIS_URL=f"redis://:secret@127.0.0.1:{free_port()}/0")
    assert line.startswith("REDIS_URL: ")
    assert "secret" not in line


def test_an_old_python_is_one_line(var: Path, tmp_path: Path) -> None:
    fake = tmp_path / "python3"
    fake.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2" && exit\nexit 1\n')
    fake.chmod(0o755)
    for name in ("python", "python3.11", "python3.12", "python3.13", "python3.14"):
        (tmp_path / name).symlink_to(fake)
    line = refused(var, PATH=f"{tmp_path}{os.pathsep}{os.defpath}")
    assert line == "Hark needs Python 3.11 or newer; found: Python 3.9.2."
