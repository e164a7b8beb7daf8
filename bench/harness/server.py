"""A server under load: one process and its children, on the server core."""

import http.client
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from stack import processes
from stack.environment import ROOT, process_environment
from stack.errors import Refused
from stack.ports import free_port

from bench.harness import cores

START_TIMEOUT = 60  # seconds
LAST_LINES = 10


@dataclass(frozen=True)
class Server:
    """Something that answers HTTP at `port`."""

    name: str
    port: int
    process: subprocess.Popen[bytes]

    def cpu_seconds(self) -> float:
        """Processor time that it has used so far, children included."""
        return cpu_seconds(self.process.pid)

    def rss(self) -> int:
        """Resident memory in bytes, children included."""
        return sum(member.memory_info().rss for member in with_children(self.process.pid))


def cpu_seconds(pid: int) -> float:
    """Processor time of a process and its children."""
    return sum(sum(member.cpu_times()[:2]) for member in with_children(pid))


def with_children(pid: int) -> list[psutil.Process]:
    """The process and all that descend from it."""
    first = psutil.Process(pid)
    return [first, *first.children(recursive=True)]


@contextmanager
def running(
    name: str,
    command: list[str | Path],
    folder: Path,
    settings: Mapping[str, str],
    *,
    port: int = 0,
    path: str = "/",
) -> Iterator[Server]:
    """Start it on the server core; `{port}` in the command becomes its port. Inside, it answers `path`."""
    port = port or free_port()
    words: list[str | Path] = [str(word).replace("{port}", str(port)) for word in command]
    with started(name, words, folder, {"PORT": str(port), **settings}, lambda: _answers(port, path)) as process:
        yield Server(name, port, process)


@contextmanager
def started(
    name: str, command: list[str | Path], folder: Path, settings: Mapping[str, str], is_ready: Callable[[], bool]
) -> Iterator[subprocess.Popen[bytes]]:
    """Start it on the server core. Inside, it is ready; raises Refused if it does not come to that."""
    log = folder / f"{name.replace(' ', '-')}.log"
    with log.open("wb") as output, cores.on(cores.SERVER):
        process = processes.spawn(
            command,
            cwd=ROOT,
            env=process_environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        _wait_for(process, is_ready, log)
        yield process
    finally:
        processes.end(process)


def procfile_command(name: str) -> list[str | Path]:
    """A line of the Procfile, as a command."""
    commands: Mapping[str, str] = dict(
        line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines() if line
    )
    return ["sh", "-c", f"exec {commands[name]}"]


def _wait_for(process: subprocess.Popen[bytes], is_ready: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while process.poll() is None and time.monotonic() < deadline:
        if is_ready():
            return
        time.sleep(0.05)
    tail = log.read_text(errors="replace").splitlines()[-LAST_LINES:]
    raise Refused("\n".join([*tail, f"{log.stem} does not start."]))


def _answers(port: int, path: str) -> bool:
    with (
        suppress(OSError, http.client.HTTPException),
        closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection,
    ):
        connection.request("GET", path)
        return connection.getresponse().status < 500
    return False
