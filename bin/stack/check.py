"""bin/check: format, lint, types, import contract, migrations, messages, deployment settings, security, known
vulnerabilities of packages, syntax of the page."""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from stack import guardian, processes
from stack.environment import ROOT, manage, process_environment

TYPED = ("backend", "worker", "bin/stack", "bench")
SCANNED = ("backend", "worker", "bin/stack", "manage.py")
MIGRATIONS = "*/migrations/*"
# No database listens here: Django then compares migrations with models only, and says so in a warning.
NOWHERE = "127.0.0.1:1"


def main(arguments: list[str]) -> int:
    """Run every check, then name those that failed. `--fix` first repairs what ruff can repair."""
    if arguments not in ([], ["--fix"]):
        print("Usage: bin/check [--fix]", file=sys.stderr)
        return 2
    environment = _environment()
    if arguments:
        _passes("ruff check --fix", ["ruff", "check", "--fix", "--quiet", "--exit-zero"], environment)
        _passes("ruff format --quiet", ["ruff", "format", "--quiet"], environment)
    failed = [name for name, command in _checks().items() if not _passes(name, command, environment)]
    print(f"Failed: {', '.join(failed)}" if failed else "All checks passed.")
    return 1 if failed else 0


def _checks() -> dict[str, list[str | Path]]:
    checks: dict[str, list[str | Path]] = {
        "ruff format": ["ruff", "format", "--check"],
        "ruff check": ["ruff", "check"],
        "mypy": ["mypy", *TYPED],
        "import contract": ["lint-imports"],
        "migrations": manage("makemigrations", "--check", "--dry-run"),
        "messages": [sys.executable, ROOT / "bin", "messages", "--check"],
        "deployment": manage("check", "--deploy", "--fail-level", "WARNING"),
        # B608: ruff's S608 asks for a reason at each place already.
        "security": ["bandit", "--quiet", "-ll", "--skip", "B608", "--exclude", MIGRATIONS, "--recursive", *SCANNED],
        "packages": [sys.executable, ROOT / "bin", "audit"],
    }
    if shutil.which("node"):
        modules = sorted((ROOT / "frontend_static").rglob("*.js"))
        checks["syntax of the page"] = [
            "sh",
            "-c",
            'for file; do node --check "$file" || exit; done',
            "sh",
            *modules,
        ]
    tsc = shutil.which("tsc") or shutil.which("tsc", path=ROOT / "node_modules" / ".bin")
    if tsc:
        checks["types of the page"] = [tsc, "--project", ROOT / "frontend_static" / "jsconfig.json"]
    return checks


def _passes(name: str, command: list[str | Path], environment: dict[str, str]) -> bool:
    print(f"--- {name}", flush=True)
    process = processes.spawn(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL)
    try:
        return process.wait() == 0
    finally:
        processes.end(process)


def _environment() -> dict[str, str]:
    """Settings as in production, and no HARK_VAR/env of a running bin/run."""
    for name in list(os.environ):
        if name.startswith("HARK_"):
            del os.environ[name]
    var = Path(tempfile.mkdtemp(prefix="hark-check-"))
    guardian.delete_at_end(var)
    return process_environment(
        {
            "DATABASE_URL": f"postgresql://{NOWHERE}/hark",
            "REDIS_URL": f"redis://{NOWHERE}/0",
            "EMAIL_URL": f"smtp://{NOWHERE}",
            "SECRET_KEY": secrets.token_urlsafe(48),
            "PUBLIC_URL": "https://chat.example.org",
            "ALLOWED_HOSTS": "chat.example.org",
            "HARK_VAR": str(var),
            "PYTHONWARNINGS": "ignore::RuntimeWarning:django.core.management.commands.makemigrations",
        }
    )
