"""Where all parts measure: the databases, Valkey, and servers started from here."""

import json
import os
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from stack import processes
from stack.environment import ROOT, process_environment
from stack.postgres import Postgres
from stack.valkey import Valkey

from bench.harness import cores, server
from bench.harness.readers import Reader, find_readers
from bench.harness.sizes import Sizes

K = TypeVar("K")
PYTHON = Path(sys.executable)
# Of gunicorn on one core, the fastest of what people use: threads keep connections open, and 3 sync workers do not.
WORKERS, WORKER_THREADS = 2, 4
# A database as somebody would set it up who has ten million messages; both sides use the same.
POSTGRES_OPTIONS = {"shared_buffers": "512MB", "max_wal_size": "4GB", "max_connections": "200"}


@dataclass
class Lab:
    """Everything is made when a part asks for it first, and kept for the parts after it."""

    sizes: Sizes
    folder: Path
    stack: ExitStack
    _postgres: Postgres | None = None
    _databases: set[str] = field(default_factory=set)

    @cached_property
    def postgres(self) -> Postgres:
        """With data that survives a power cut, as in production; gone at the end."""
        return self.stack.enter_context(
            Postgres(self.folder, temporary=True, options=POSTGRES_OPTIONS | {"fsync": "on"})
        )

    @cached_property
    def valkey(self) -> Valkey:
        return self.stack.enter_context(Valkey(self.folder))

    def database(self, name: str) -> str:
        """The URL of a database of this name, made if it is new."""
        url = self.postgres.url.removesuffix("hark") + name
        if name not in self._databases:
            with psycopg.connect(self.postgres.url, autocommit=True) as connection:
                connection.execute(f'CREATE DATABASE "{name}"')  # noqa: S608
            self._databases.add(name)
        return url

    def fill(
        self, module: str, database: str, wanted: dict[str, Any], python: Path = PYTHON, /, **settings: str
    ) -> Any:
        """What the filling program `module` made in the database of this name."""
        with processes.step(f"Filling the database {database}"):
            return self.program(module, database, wanted, python, **settings)

    def program(
        self, module: str, database: str, wanted: dict[str, Any], python: Path = PYTHON, /, **settings: str
    ) -> Any:
        """What `module`, a program that reads a file of JSON and writes its answer there, says of this database."""
        file = self.folder / f"{database}.json"
        file.write_text(json.dumps(wanted))
        environment = process_environment(self.settings(database) | settings)
        log = self.folder / f"{database}-{module.rpartition('.')[2]}.log"
        processes.run([python, "-m", module, file], log, environment, cwd=ROOT)
        return json.loads(file.read_text())

    def settings(self, database: str) -> dict[str, str]:
        """Hark's settings with this database, as in production but for the addresses."""
        return {
            "DATABASE_URL": self.database(database),
            "REDIS_URL": self.valkey.url,
            "EMAIL_URL": "smtp://127.0.0.1:1",
            "SECRET_KEY": self.secret,
            "PUBLIC_URL": "http://127.0.0.1",
            "ALLOWED_HOSTS": "127.0.0.1",
            "HARK_VAR": str(self.folder),
            "HOST": "127.0.0.1",
            "WEB_CONCURRENCY": "1",
            "HARK_LIMITS": "off",  # nobody works as fast as those who measure
        }

    @cached_property
    def secret(self) -> str:
        return secrets.token_urlsafe(48)

    @cached_property
    def people(self) -> dict[str, Any]:
        """What bench/world.py made in the database `people`."""
        wanted = {
            "pairs": self.sizes.people // 2,
            "messages": self.sizes.messages,
            "groups": self.sizes.groups,
        }
        made: dict[str, Any] = self.fill("bench.world", "people", wanted)
        return made

    @cached_property
    def drf_people(self) -> list[dict[str, Any]]:
        """What the DRF baseline's fill.py made: the same rows."""
        wanted = {"pairs": self.sizes.people // 2, "messages": self.sizes.messages}
        made: list[dict[str, Any]] = self.fill("bench.baselines.drf_polling.fill", "drf_polling", wanted)
        return made

    def readers(self, first: int = 0, count: int | None = None) -> list[Reader]:
        """So many of the people in pairs, where they stand now."""
        stop = None if count is None else first + count
        return find_readers(self.database("people"), self.people["people"][first:stop])

    @contextmanager
    def hark(self, database: str = "people") -> Iterator[server.Server]:
        """The web process of the Procfile."""
        settings = self.settings(database)
        command = server.procfile_command("web")
        with server.running(f"hark {database}", command, self.folder, settings, path="/healthz") as started:
            yield started

    @contextmanager
    def drf(self) -> Iterator[server.Server]:
        """The baseline under gunicorn."""
        command: list[str | Path] = ["gunicorn", "--bind", "127.0.0.1:{port}", "--workers", str(WORKERS)]
        command += ["--threads", str(WORKER_THREADS), "--log-level", "warning", "bench.baselines.drf_polling.wsgi"]
        settings = self.settings("drf_polling")
        with server.running("DRF polling view", command, self.folder, settings) as started:
            yield started


@contextmanager
def opened(sizes: Sizes, folder: Path) -> Iterator[Lab]:
    """A lab; all it started has ended when the block ends. This process leaves the server core alone."""
    with cores.on(cores.OTHERS), ExitStack() as stack:
        yield Lab(sizes, folder, stack)


def interleaved(rounds: int, actions: dict[K, Callable[[int], Any]]) -> dict[K, list[Any]]:
    """The results of each action by name, called with the number of the round: A B C, A B C, ...

    What disturbs the machine for a while disturbs all of them.
    """
    results: dict[K, list[Any]] = {name: [] for name in actions}
    for number in range(rounds):
        for name, action in actions.items():
            results[name].append(action(number))
            print(".", end="", flush=True)
    return results


def find_program(name: str) -> str | None:
    """Its path. Debian keeps some where only root looks."""
    places = [*os.environ.get("PATH", os.defpath).split(os.pathsep), "/usr/sbin", "/usr/local/sbin", "/sbin"]
    return next((path for place in places if os.access(path := os.path.join(place, name), os.X_OK)), None)
