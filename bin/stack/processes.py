"""Processes that this command starts: each in a session of its own, none left behind."""

import importlib.util
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from stack import guardian, signals
from stack.errors import Refused

GRACE = 10  # seconds between the polite signal and SIGKILL
SHOWN_LINES = 30  # of the output of something that failed


def package_folder(name: str) -> Path:
    """Where an installed package lies. It is not imported."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise Refused(f"The package {name} is not installed in .venv; remove .venv and try again.")
    return Path(spec.submodule_search_locations[0])


def spawn(command: list[str | Path], stop_signal: int = signal.SIGTERM, **options: Any) -> subprocess.Popen[bytes]:
    """Start a process in a session of its own, out of reach of the terminal's Ctrl-C.

    `options` are those of subprocess.Popen.
    """
    process: subprocess.Popen[bytes] | None = None
    try:
        with signals.held():
            process = subprocess.Popen(command, start_new_session=True, **options)
            guardian.watch(process.pid, stop_signal)
    except signals.Stopped:
        if process:
            end(process, stop_signal)
        raise
    return process


def end(process: subprocess.Popen[bytes], stop_signal: int = signal.SIGTERM, grace: float = GRACE) -> None:
    """Stop a process politely, then by force, together with what it left in its process group."""
    process.send_signal(stop_signal)
    with suppress(subprocess.TimeoutExpired):
        process.wait(grace)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    guardian.unwatch(process.pid)


def run(command: list[str | Path], log: Path, env: Mapping[str, str], **options: Any) -> None:
    """Run to the end with the output in a file. Raises Refused, with the last lines, when it fails."""
    with log.open("wb") as output:
        process = spawn(command, stdout=output, stderr=output, stdin=subprocess.DEVNULL, env=env, **options)
        try:
            code = process.wait()
        finally:
            end(process)
    if code:
        tail = log.read_text(errors="replace").splitlines()[-SHOWN_LINES:]
        what = " ".join(str(word) for word in command[:3])
        raise Refused("\n".join([*tail, f"{what} ended with exit code {code}; its output is in {log}."]))


@contextmanager
def step(what: str) -> Iterator[None]:
    """A line of progress, with how long it took."""
    print(what, end=" ... ", flush=True)
    started = time.monotonic()
    try:
        yield
    except BaseException:
        print(flush=True)
        raise
    print(f"{time.monotonic() - started:.1f} s", flush=True)


def command_of(pid: int) -> str:
    """The command line of a running process; empty if there is none."""
    if sys.platform == "linux":
        with suppress(OSError):
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        return ""
    return subprocess.run(["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True).stdout


def end_leftover(pid_file: Path, stop_signal: int, *words: str) -> None:
    """Stop the server of a killed earlier run: that of the pid file, if its command has all the words."""
    try:
        pid = int(pid_file.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return

    def is_it() -> bool:
        return all(word in command_of(pid) for word in words)

    if not is_it():
        return
    os.kill(pid, stop_signal)
    deadline = time.monotonic() + GRACE
    while is_it() and time.monotonic() < deadline:
        time.sleep(0.05)
    if is_it():
        os.kill(pid, signal.SIGKILL)
