"""Measures the parts, one after the other; one that can not be measured does not stop the others."""

import importlib
import subprocess
from collections.abc import Generator, Sequence
from pathlib import Path
from types import ModuleType

import psutil
from playwright.sync_api import Error as PlaywrightError
from stack.errors import Refused

from bench.harness import facts, lab, table, wrk
from bench.harness.report import Section
from bench.harness.sizes import FULL, QUICK

PARTS = (
    *("idle", "delta", "page", "send", "latency", "screen", "return", "memory", "history"),
    *("notify", "tick", "sustained", "servers", "attack"),
)
WITHOUT_WRK = ("latency", "screen", "return", "memory", "notify", "tick", "attack")
# A browser, millions of rows, many processes, long waiting, an installation.
NOT_QUICK = ("screen", "return", "history", "notify", "tick", "sustained", "servers", "attack")


def measure(names: Sequence[str], folder: Path, *, quick: bool) -> Generator[Section, None, None]:
    """Measure the parts of these names (all if there are none), print each, and hand it out before the next begins."""
    facts.allow_many_files()
    chosen = names or [name for name in PARTS if not quick or name not in NOT_QUICK]
    with lab.opened(QUICK if quick else FULL, folder) as opened:
        print(facts.machine(), flush=True)
        for name in chosen:
            section = _measured(name, opened)
            print(f"\n{section.title}\n{section.fault or table.terminal(section.rows)}\n", flush=True)
            yield section


def _measured(name: str, opened: lab.Lab) -> Section:
    part: ModuleType = importlib.import_module(f"bench.{name}")
    print(f"\n--- {name}", flush=True)
    try:
        if name not in WITHOUT_WRK:
            wrk.check()
        rows, fault = part.measure(opened), ""
    except (Refused, OSError, EOFError, psutil.Error, subprocess.SubprocessError, PlaywrightError) as failed:
        rows, fault = [], f"Could not be measured: {failed or type(failed).__name__}"
    return Section(name, part.TITLE, part.EXPLANATION, rows, facts.measured(), fault)
