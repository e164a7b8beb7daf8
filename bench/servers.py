"""The choice of the web server: uvicorn against granian, with the least of what the gate asks of them."""

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from pathlib import Path

from bench.baselines import granian
from bench.harness import http, loop, wrk
from bench.harness.lab import Lab, interleaved
from bench.harness.readers import asked_once
from bench.harness.server import Server, running
from bench.harness.statistics import ratios, spread
from bench.harness.table import Row
from bench.harness.wrk import Load

TITLE = "Web servers"
EXPLANATION = """The same small application (`bench/baselines/held_asgi.py`) under each server: a constant 304, a WSGI
view of 1 ms behind a2wsgi in 10 threads, and SIGTERM while polls are held, which the application is told of first if
the server lets it. Answers in a second of the server core's time; decision 0005 says what followed."""
APPLICATION = "bench.baselines.held_asgi:application"
UVICORN = ["uvicorn", APPLICATION, "--no-access-log", "--port", "{port}", "--timeout-graceful-shutdown", "5"]
GRANIAN = ["--interface", "asgi", "--loop", "uvloop", "--backpressure", "20000", "--host", "127.0.0.1", "--port"]
PATIENCE = 30  # seconds until all are held, and until the server has ended
WHAT = {"idle": "constant 304", "view": "a view of 1 ms"}


def measure(lab: Lab) -> list[Row]:
    commands = _commands(lab.folder)
    actions: dict[tuple[str, str], Callable[[int], Load]] = {}
    with ExitStack() as stack:
        for name, command in commands.items():
            server = stack.enter_context(_running(lab, name, command))
            for path in WHAT:
                requests = wrk.write_requests(lab.folder / f"servers-{path}", [http.raw("GET", f"/{path}")])
                actions[name, path] = partial(_window, server, requests, lab.sizes.window)
        print("Measuring", end=" ", flush=True)
        loads = interleaved(lab.sizes.rounds, actions)
        print(flush=True)
    rows = [row for path in WHAT for row in _rows(path, loads)]
    return rows + [_end_row(lab, name, command) for name, command in commands.items()]


def _window(server: Server, requests: Path, seconds: float, _round: int) -> Load:
    return wrk.window(server, requests, seconds)


def _commands(folder: Path) -> dict[str, list[str | Path]]:
    return {"uvicorn": [*UVICORN], "granian": [granian.installed(folder), *GRANIAN, "{port}", APPLICATION]}


def _running(lab: Lab, name: str, command: list[str | Path]) -> AbstractContextManager[Server]:
    return running(f"server {name}", command, lab.folder, {}, path="/count")


def _rows(path: str, loads: dict[tuple[str, str], list[Load]]) -> list[Row]:
    ours = [load.per_core for load in loads["uvicorn", path]]
    rows = []
    for (name, measured), taken in loads.items():
        if measured == path:
            figures = [load.per_core for load in taken]
            against = None if name == "uvicorn" else ratios(ours, figures)
            rows.append(Row(f"{name}: {WHAT[path]}", spread(figures), "/s", ratio=against))
    return rows


def _end_row(lab: Lab, name: str, command: list[str | Path]) -> Row:
    with _running(lab, name, command) as server:
        seconds, answered, held = loop.run(_end(server, lab.sizes.waiting))
        words = (lab.folder / f"server-{name}.log").read_text(errors="replace")
    crash = "; it crashed at the end" if "panicked" in words or "Traceback" in words else ""
    return Row(f"{name}: SIGTERM", spread([seconds]), " s", note=f"{answered:,} of {held:,} held polls answered{crash}")


async def _end(server: Server, count: int) -> tuple[float, int, int]:
    """Seconds until the server has ended, how many polls were answered, and how many were held."""
    request = http.raw("GET", "/held")
    connections = [await http.connect(server.port) for _ in range(count)]
    polls = [asyncio.create_task(connection.ask(request)) for connection in connections]
    deadline = time.monotonic() + PATIENCE
    held = 0
    while held < count and time.monotonic() < deadline:
        await asyncio.sleep(0.1)
        held = int((await asked_once(server.port, http.raw("GET", "/count"))).body)
    begun = time.monotonic()
    server.process.terminate()
    answers = await asyncio.gather(*polls, return_exceptions=True)
    await asyncio.to_thread(server.process.wait, PATIENCE)
    answered = sum(isinstance(answer, http.Answer) and answer.status == 304 for answer in answers)
    return time.monotonic() - begun, answered, held
