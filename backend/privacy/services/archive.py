"""Writes the zip of an export, a value at a time."""

import time
import zipfile
from collections.abc import Callable, Iterator
from typing import IO, Any

import orjson
from django.template.loader import render_to_string
from django.utils import translation

from backend.accounts.languages import known_language
from backend.accounts.models import User
from backend.privacy.selectors.contents import contents

RENEW = 10.0  # seconds after which the worker says that it is alive
Alive = Callable[[], None]


def archive_write(file: IO[bytes], user: User, alive: Alive) -> None:
    """Write everything that is this person's; call `alive` every RENEW seconds. Raises OSError, or what it raises."""
    beat = _every(RENEW, alive)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        with translation.override(known_language(user.language)):
            archive.writestr("README.txt", render_to_string("privacy/export.txt", {"user": user}))
        for name, value in contents(user):
            with archive.open(name, "w", force_zip64=True) as entry:
                for line in _lines(value):
                    entry.write(line)
                    beat()


def _lines(value: Any) -> Iterator[bytes]:
    """A document, indented; or an iterator's values, one a line (https://jsonlines.org)."""
    if isinstance(value, dict | list):
        yield orjson.dumps(value, default=str, option=orjson.OPT_UTC_Z | orjson.OPT_INDENT_2)
        return
    for entry in value:
        yield orjson.dumps(entry, default=str, option=orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE)


def _every(seconds: float, action: Alive) -> Alive:
    last = time.monotonic()

    def beat() -> None:
        nonlocal last
        if time.monotonic() - last >= seconds:
            action()
            last = time.monotonic()

    return beat
