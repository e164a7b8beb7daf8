"""The attacks that were run against Hark, played together against a server on this machine, by a process of its own.

`python -m bench.harness.attackers FILE` attacks until it is told to end, and writes what it was answered into FILE.
"""

import asyncio
import json
import os
import secrets
import signal
import sys
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from stack import processes
from stack.environment import ROOT, process_environment

from bench.harness import http
from bench.harness.lab import PYTHON
from bench.harness.readers import Reader

GUESSERS = 6  # connections at the admin, and as many at the API
READYZ, ACCESSIBILITY = 120, 150  # connections
MEMBERS = 12  # connections of the member who floods, of each kind
HELD = 200  # polls of one token
JUNK, LONG = 10, 10  # connections with junk cookies, and with long queries
LONG_QUERY = 60_000  # bytes
NICE = 19  # attackers are on other machines: what they compute is not to slow PostgreSQL or the person who chats
LONGEST = 120  # seconds, whatever happens
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
Make = Callable[[], bytes]


class Attack:
    """Every connection asks for the next thing as soon as it is answered; `answers` counts kinds and statuses."""

    def __init__(self, port: int, member: Reader, other: int) -> None:
        self.port = port
        self.other = other  # whom the member puts into groups
        self.member = member
        self.answers: Counter[str] = Counter()

    async def play(self) -> None:
        """Until it is cancelled."""
        await asyncio.gather(*(self._repeat(name, make) for name, make, count in self._kinds() for _ in range(count)))

    def _kinds(self) -> list[tuple[str, Make, int]]:
        token = {"Authorization": f"Bearer {self.member.token}"}
        group = {"kind": "group", "title": "Flood", "participants": [self.other]}
        messages = f"/api/v1/conversations/{self.member.conversation}/messages"
        return [
            ("guess at the admin", self._guess_at_admin, GUESSERS),
            (
                "guess at the API",
                lambda: _post("/api/v1/auth/tokens", {"email": _email(), "password": "wrong", "name": "bot"}),
                GUESSERS,
            ),
            ("/readyz", lambda: http.raw("GET", "/readyz"), READYZ),
            ("/accessibility", lambda: http.raw("GET", "/accessibility"), ACCESSIBILITY),
            ("send", lambda: _post(messages, {"client_id": str(uuid.uuid4()), "text": "flood"}, token), MEMBERS),
            ("group", lambda: _post("/api/v1/conversations", group, token), MEMBERS),
            ("search", lambda: http.raw("GET", "/api/v1/search?q=that%20helps%20w", token), MEMBERS),
            ("held poll", lambda: self.member.poll(wait=25), HELD),
            ("junk cookie", lambda: http.raw("GET", "/api/v1/sync?cursor=1", {"Cookie": _junk()}), JUNK),
            ("long query", lambda: http.raw("GET", f"/api/v1/sync?{_junk()}={'x' * LONG_QUERY}", token), LONG),
        ]

    def _guess_at_admin(self) -> bytes:
        token = "x" * 32
        fields = FORM | {"Cookie": f"csrftoken={token}", "Origin": "http://127.0.0.1"}
        body = f"csrfmiddlewaretoken={token}&username={_email()}&password=wrong".encode()
        return _raw("POST", "/admin/login/", fields, body)

    async def _repeat(self, name: str, make: Make) -> None:
        while True:
            try:
                connection = await http.connect(self.port)
                try:
                    while True:
                        answer = await connection.ask(make())
                        self.answers[f"{name} {answer.status}"] += 1
                        if answer.status == 429 and name == "held poll":
                            await asyncio.sleep(1)
                finally:
                    await connection.close()
            except (OSError, EOFError, TimeoutError):
                await asyncio.sleep(0.1)


def _email() -> str:
    return f"{secrets.token_hex(6)}@example.com"


def _junk() -> str:
    return f"sessionid={secrets.token_hex(16)}"


def _post(path: str, body: Mapping[str, Any], fields: Mapping[str, str] | None = None) -> bytes:
    return http.raw("POST", path, fields, json.dumps(body).encode())


def _raw(method: str, path: str, fields: Mapping[str, str], body: bytes) -> bytes:
    """As `http.raw`, for a body that is no JSON."""
    return http.raw(method, path, {**fields, "Content-Length": str(len(body))}) + body


class Playing:
    """An attack that goes on."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def counts(self) -> dict[str, int]:
        """How often each kind was answered with each status so far."""
        with suppress(OSError, ValueError):
            found: dict[str, int] = json.loads(self._file.read_text())["answers"]
            return found
        return {}


@contextmanager
def playing(folder: Path, port: int, member: Reader, other: int) -> Iterator[Playing]:
    """Inside, the attacks are played; afterwards their process has ended."""
    file = folder / "attack.json"
    file.write_text(json.dumps({"port": port, "member": asdict(member), "other": other}))
    with (folder / "attack.log").open("wb") as log:
        command: list[str | Path] = [PYTHON, "-m", "bench.harness.attackers", file]
        process = processes.spawn(command, cwd=ROOT, env=process_environment(PYTHONPATH), stdout=log, stderr=log)
    try:
        yield Playing(file)
    finally:
        processes.end(process)


PYTHONPATH = {"PYTHONPATH": f"{ROOT}:{ROOT / 'bin'}"}


def run_program(command: list[str | Path], folder: Path, wanted: Mapping[str, Any]) -> str:
    """What a program that reads a file of JSON writes back into it."""
    file = folder / "program.json"
    file.write_text(json.dumps(wanted))
    processes.run([*command, file], folder / "program.log", process_environment(PYTHONPATH), cwd=ROOT)
    return file.read_text()


async def _main(file: Path) -> None:
    os.nice(NICE)
    wanted = json.loads(file.read_text())
    attack = Attack(wanted["port"], Reader(**wanted["member"]), wanted["other"])
    task = asyncio.create_task(attack.play())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    asyncio.get_running_loop().call_later(LONGEST, task.cancel)
    while not task.done():
        await asyncio.wait([task], timeout=1)
        new = file.with_suffix(".new")
        new.write_text(json.dumps({"answers": dict(sorted(attack.answers.items()))}))
        new.replace(file)


if __name__ == "__main__":
    asyncio.run(_main(Path(sys.argv[1])))
