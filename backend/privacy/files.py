"""The files of exports: in HARK_VAR/exports, each for its owner's eyes alone (mode 0600)."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from django.conf import settings

FOLDER_MODE, FILE_MODE = 0o700, 0o600
PART = ".part"  # ends the name of a file that is being written


def exports_folder() -> Path:
    """Where they are; made when it is needed."""
    folder: Path = settings.HARK_VAR / "exports"
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    return folder


@contextmanager
def file_written(name: str) -> Iterator[IO[bytes]]:
    """A new file that has its name only when it is complete and on the disk. Raises OSError; then nothing is left."""
    path = exports_folder() / name
    part = path.with_name(name + PART)
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def file_open(name: str) -> IO[bytes]:
    """The file to read. Raises OSError: it is on another machine, or was deleted."""
    return (exports_folder() / name).open("rb")


def file_size(name: str) -> int:
    """Bytes."""
    return (exports_folder() / name).stat().st_size


def file_delete(name: str) -> bool:
    """Delete it; False if it is not there."""
    try:
        (exports_folder() / name).unlink()
    except FileNotFoundError:
        return False
    return True


def files_delete(prefix: str) -> None:
    """Delete what a killed worker left of an export: all files whose name begins so."""
    for path in exports_folder().glob(f"{prefix}*"):
        with suppress(FileNotFoundError):
            path.unlink()


def files_listed() -> list[Path]:
    """All of them, complete or not."""
    return list(exports_folder().iterdir())
