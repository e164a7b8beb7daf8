"""The page's modules: what it is built from, so that a browser can ask for all of it in its first round trip."""

import posixpath
import re
from functools import cache
from pathlib import Path

from django.conf import settings

ENTRY = "app.js"
# import "./x.js", import { a } from "./x.js", export { a } from "./x.js"; not import("./x.js"), which is for later.
STATIC_IMPORT = re.compile(r"""^(?:import|export)\b[^;()]*?["'](\.{1,2}/[^"']+)["'];""", re.MULTILINE)


@cache
def page_modules() -> tuple[str, ...]:
    """The names, under `frontend_static`, of all that the entry imports and of what that imports in turn."""
    return tuple(sorted(reachable(settings.BASE_DIR / "frontend_static", ENTRY) - {ENTRY}))


def reachable(root: Path, entry: str) -> set[str]:
    """The entry and every module that it needs before it can run: names under `root`."""
    found: set[str] = set()
    waiting = [entry]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        text = (root / name).read_text("utf-8")
        waiting += [
            posixpath.normpath(f"{posixpath.dirname(name)}/{other}").lstrip("/")
            for other in STATIC_IMPORT.findall(text)
        ]
    return found
