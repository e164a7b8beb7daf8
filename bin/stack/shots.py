"""bin/shots: pictures of every screen and state of the page, with the servers and the browser of bin/test."""

import os
import sys
import tempfile
from pathlib import Path

from stack import test

USAGE = """Usage: bin/shots [--into FOLDER] [SCENE...]
Takes pictures of the page, into a folder that it names. The scenes are in tests/browser/scenes.py."""


def main(arguments: list[str]) -> int:
    """Take the pictures. Returns 0 when there are all of them."""
    into = ""
    if arguments[:1] == ["--into"] and len(arguments) > 1:
        into, arguments = arguments[1], arguments[2:]
    if any(argument.startswith("-") for argument in arguments):
        print(USAGE, file=sys.stderr)
        return 2
    folder = Path(into or tempfile.mkdtemp(prefix="hark-shots-")).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    os.environ |= {"SHOTS_FOLDER": str(folder), "SHOTS_NAMES": " ".join(arguments)}
    code = test.main(["tests/browser/shots.py", "--quiet", "--capture=no"])
    print(folder)
    return code
