"""The load client: wrk (https://github.com/wg/wrk), the same for all servers."""

import json
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from stack import processes
from stack.errors import Refused

from bench.harness.server import Server, cpu_seconds

SCRIPT = Path(__file__).with_name("requests.lua")
CONNECTIONS = 64  # enough that a server on one core never waits for its client
SETTLE = 1.0  # seconds of load before a window counts
MISSING = "wrk is missing; on Debian and Ubuntu: apt install wrk"


@dataclass(frozen=True)
class Load:
    """One window. `cpu` is the processor time that the server used in it, in seconds."""

    requests: int
    seconds: float
    mean_bytes: float
    cpu: float
    p50: float  # milliseconds
    p99: float

    @property
    def per_second(self) -> float:
        """As the client saw it."""
        return self.requests / self.seconds

    @property
    def per_core(self) -> float:
        """Answers in a second of the server's processor time: what a core does that it has for itself.

        Other programs on the machine do not change it, nor does a client that is slower than the server.
        """
        return self.requests / self.cpu


def check() -> None:
    """Raises Refused where wrk is not installed."""
    if shutil.which("wrk") is None:
        raise Refused(MISSING)


def write_requests(file: Path, requests: Iterable[bytes]) -> Path:
    """The file that `requests.lua` reads."""
    with file.open("wb") as opened:
        for request in requests:
            opened.write(b"%d\n%s" % (len(request), request))
    return file


def window(
    server: Server,
    requests: Path,
    seconds: float,
    *,
    connections: int = CONNECTIONS,
    settle: float = SETTLE,
    besides: Sequence[int] = (),
) -> Load:
    """Load the server. The processes `besides` work for it, so their processor time counts too.

    Raises Refused if any answer was an error: then there is no figure.
    """
    if settle:
        _wrk(server, requests, settle, connections)
    pids = [server.process.pid, *besides]
    before = sum(map(cpu_seconds, pids))
    said = _wrk(server, requests, seconds, connections)
    used = sum(map(cpu_seconds, pids)) - before
    if said["refused"] or said["broken"]:
        raise Refused(
            f"{server.name}: of {said['requests']} answers {said['refused']} were errors, {said['broken']} broken."
        )
    length = said["microseconds"] / 1e6
    return Load(
        requests=said["requests"],
        seconds=length,
        mean_bytes=said["bytes"] / max(1, said["requests"]),
        cpu=used,
        p50=said["p50"] / 1000,
        p99=said["p99"] / 1000,
    )


def _wrk(server: Server, requests: Path, seconds: float, connections: int) -> dict[str, int]:
    command: list[str | Path] = ["wrk", "-t1", f"-c{connections}", f"-d{round(seconds)}s", "--timeout", "10s"]
    command += ["-s", SCRIPT, f"http://127.0.0.1:{server.port}", "--", requests]
    process = processes.spawn(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        output = process.communicate(timeout=seconds + 60)[0].decode(errors="replace")
    finally:
        processes.end(process)
    last = output.strip().splitlines()[-1:]
    if process.returncode or not last or not last[0].startswith("{"):
        raise Refused(f"wrk ended with exit code {process.returncode}: {' '.join(last)}")
    said: dict[str, int] = json.loads(last[0])
    return said
