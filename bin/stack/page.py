"""Collects the page's static files, which takes longer than all other steps of a second bin/run together."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from stack.environment import ROOT, manage
from stack.processes import run


def collect(var: Path, environment: Mapping[str, str]) -> None:
    """Run collectstatic into HARK_VAR/static if a source has changed since it last succeeded there."""
    stamp = var / "static" / ".collected"
    digest = _digest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    run(manage("collectstatic", "--noinput", "--clear"), var / "manage.log", environment)
    stamp.write_text(digest)


def _digest() -> str:
    digest = hashlib.sha256()
    for file in _sources():
        digest.update(f"{file.relative_to(ROOT)}\n".encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    """Ours, the libraries' (by their versions), and what decides how they are collected."""
    yield ROOT / "requirements.txt"
    yield ROOT / "backend" / "config" / "settings.py"
    yield ROOT / "backend" / "config" / "static.py"
    for folder in (ROOT / "frontend_static", *(ROOT / "backend").glob("*/static")):
        yield from sorted(path for path in folder.rglob("*") if path.is_file())
