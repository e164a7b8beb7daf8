"""Runs the processes of the Procfile and shows what they say."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import IO, NoReturn

from stack import processes
from stack.environment import ROOT
from stack.errors import Refused

LOOK_EVERY = 0.2  # seconds


@contextmanager
def running(environment: Mapping[str, str]) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """Inside, every process of the Procfile has been started; at the end all are stopped at once."""
    started: dict[str, subprocess.Popen[bytes]] = {}
    lines = (ROOT / "Procfile").read_text().splitlines()
    commands = dict(line.split(": ", 1) for line in lines if line)
    try:
        for name, command in commands.items():
            started[name] = processes.spawn(
                ["sh", "-c", f"exec {command}"],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
            prefix = f"{name.ljust(max(map(len, commands)))} | ".encode()
            threading.Thread(target=_show, args=(started[name].stdout, prefix), daemon=True).start()
        yield started
    finally:
        with ThreadPoolExecutor() as pool:
            list(pool.map(processes.end, started.values()))


def _show(output: IO[bytes], prefix: bytes) -> None:
    for line in output:
        with suppress(OSError, ValueError):  # the terminal is gone: read on, or the process would block
            sys.stdout.buffer.write(prefix + line.rstrip() + b"\n")
            sys.stdout.buffer.flush()


def check(watched: Mapping[str, subprocess.Popen[bytes]]) -> None:
    """Raise Refused if one has ended."""
    for name, process in watched.items():
        if process.poll() is not None:
            raise Refused(f"{name} has ended with exit code {process.returncode}; stopping everything.")


def watch(watched: Mapping[str, subprocess.Popen[bytes]]) -> NoReturn:
    """Wait until one ends, then raise Refused."""
    while True:
        check(watched)
        time.sleep(LOOK_EVERY)
