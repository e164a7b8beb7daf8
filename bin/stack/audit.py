"""Known vulnerabilities of the locked packages, as far as a database of them can be reached."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from stack import processes
from stack.environment import ROOT

LOCK = ROOT / "requirements-dev.txt"  # holds all packages of the other lock files, in the same versions
TIMEOUT = "15"  # seconds for one answer of the database
NOT_REACHED = "No database of known vulnerabilities can be reached, so the packages were NOT AUDITED."


def main(arguments: list[str]) -> int:
    """Print each vulnerability, and what could not be looked up. Returns 1 if a package is vulnerable."""
    report = _report()
    if report is None:
        print(NOT_REACHED)
        return 0
    found, unknown = faults(report), unexamined(report)
    print(*found, sep="\n", end="\n" if found else "")
    if unknown:
        everything = len(unknown) == len(report["dependencies"])
        print(NOT_REACHED if everything else f"NOT AUDITED, unknown to the database: {', '.join(unknown)}.")
    return 1 if found else 0


def faults(report: dict[str, Any]) -> list[str]:
    """A line for each vulnerability: package, version, its number and the versions in which it is mended."""
    return [
        f"{package['name']} {package['version']}: {fault['id']}, mended in {', '.join(fault['fix_versions']) or 'none'}"
        for package in report["dependencies"]
        for fault in package.get("vulns", [])
    ]


def unexamined(report: dict[str, Any]) -> list[str]:
    """The packages that the database knows nothing of."""
    return [package["name"] for package in report["dependencies"] if "skip_reason" in package]


def _report() -> dict[str, Any] | None:
    """What pip-audit says (its JSON); None if it could not ask."""
    command: list[str | Path] = [sys.executable, "-m", "pip_audit", "--disable-pip", "--no-deps", "--format", "json"]
    command += ["--progress-spinner", "off", "--timeout", TIMEOUT, "--requirement", LOCK]
    process = processes.spawn(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        output, _ = process.communicate()
    finally:
        processes.end(process)
    try:
        report: dict[str, Any] = json.loads(output)
    except ValueError:
        return None
    return report
