"""Ends what this process started even if it is itself killed by SIGKILL.

A tiny process in a session of its own reads orders from a pipe. When the pipe ends, its writer has
ended: the guardian stops every process it still watches and deletes the temporary folders.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

GRACE = 5  # seconds between the polite signal and SIGKILL

_guardian: subprocess.Popen[bytes] | None = None


def watch(pid: int, stop_signal: int) -> None:
    """From now on the process group `pid` ends with this process."""
    _tell("watch", pid, stop_signal)


def unwatch(pid: int) -> None:
    _tell("unwatch", pid)


def delete_at_end(folder: Path) -> None:
    """Delete a temporary folder when this process has ended, however it ends."""
    _tell("delete", str(folder))


def dismiss() -> None:
    """Let the guardian do what is left, and end."""
    if _guardian and _guardian.stdin:
        with suppress(BrokenPipeError):
            _guardian.stdin.close()
        _guardian.wait()


def _tell(*order: str | int) -> None:
    global _guardian
    if _guardian is None:
        _guardian = subprocess.Popen(
            [sys.executable, "-I", __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )
    assert _guardian.stdin is not None
    with suppress(BrokenPipeError):  # the guardian was killed: all goes on, only without it
        _guardian.stdin.write(json.dumps(order).encode() + b"\n")
        _guardian.stdin.flush()


def _signal_all(watched: dict[int, int], number: int | None = None) -> dict[int, int]:
    """Signal every group, each with its own signal unless one is given. Returns those that still exist."""
    left = {}
    for pid, stop_signal in watched.items():
        try:
            os.killpg(pid, stop_signal if number is None else number)
            left[pid] = stop_signal
        except OSError:
            continue
    return left


def _main() -> None:
    watched: dict[int, int] = {}
    folders: list[str] = []
    for line in sys.stdin.buffer:
        match json.loads(line):
            case ["watch", pid, stop_signal]:
                watched[pid] = stop_signal
            case ["unwatch", pid]:
                watched.pop(pid, None)
            case ["delete", folder]:
                folders.append(folder)
    watched = _signal_all(watched)
    deadline = time.monotonic() + GRACE
    while watched and time.monotonic() < deadline:
        time.sleep(0.1)
        watched = _signal_all(watched, 0)
    _signal_all(watched, signal.SIGKILL)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    _main()
