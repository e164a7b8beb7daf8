"""bin/test: all tests, with a browser and real servers: given ones, or some that are gone afterwards."""

import json
import os
import secrets
import shutil
import signal
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from stack import environment, guardian, page, processes, servers
from stack.browser import find_browser, find_shell
from stack.errors import Refused

SIDES = 3  # processes that share the whole suite; many tests wait most of their time
TEARDOWN = 20  # seconds pytest has to stop what its tests have started
NO_BROWSER = "NO BROWSER: there is no Chromium or Chrome, and none could be installed. BROWSER TESTS ARE SKIPPED."
# What the person at the terminal has set must not change the result.
NOT_PASSED_ON = (
    "HOST",
    "PORT",
    "WEB_CONCURRENCY",
    "SECRET_KEY_FALLBACKS",
    "CORS_ALLOWED_ORIGINS",
    "DEFAULT_FROM_EMAIL",
    "FORWARDED_ALLOW_IPS",
    "VAPID_PRIVATE_KEY",
    "VAPID_SUBJECT",
)


def main(arguments: list[str]) -> int:
    """Run pytest with the arguments. Returns its exit code; no tests at all (5) is a failure too."""
    browser = find_browser()
    if not browser and os.environ.get("CI") == "true":
        raise Refused("There is no Chromium or Chrome for the browser tests, and none could be installed.")
    shell = find_shell()
    for name in list(os.environ):
        if name.startswith("HARK_") or name in NOT_PASSED_ON:
            del os.environ[name]
    var = Path(tempfile.mkdtemp(prefix="hark-test-"))
    guardian.delete_at_end(var)
    addresses = servers.given()
    together = not arguments and not addresses  # tests that share servers would be in each other's way
    with ExitStack() as stack:
        common = {
            "EMAIL_URL": "smtp://127.0.0.1:1",
            "SECRET_KEY": secrets.token_urlsafe(48),
            "PUBLIC_URL": "http://127.0.0.1",
            "ALLOWED_HOSTS": "127.0.0.1,localhost,testserver",
            "HARK_SIGNUP": "open",
            "HARK_TEST_BROWSER": browser,
            "HARK_TEST_SHELL": shell,
        }
        sides = [common | _side(var / str(number), addresses, stack) for number in range(SIDES if together else 1)]
        page.collect(Path(sides[0]["HARK_VAR"]), environment.process_environment(sides[0]))
        for side in sides[1:]:
            shutil.copytree(Path(sides[0]["HARK_VAR"]) / "static", Path(side["HARK_VAR"]) / "static")
        if together:
            # In the order of tests/side.py: at the end, quick files that fill up whichever side is idle.
            arguments = ["--numprocesses", str(SIDES), "--dist", "loadfile", "--no-loadscope-reorder"]
        code = _pytest(arguments, sides)
    if not browser:
        print(NO_BROWSER, file=sys.stderr)
    return code


def _side(var: Path, addresses: dict[str, str], stack: ExitStack) -> dict[str, str]:
    """The settings of one process of pytest, with servers of its own where none are given."""
    var.mkdir()
    mine = dict(addresses)
    servers.add_missing(var, mine, stack, temporary=True)
    return mine | {"HARK_VAR": str(var)}


def _pytest(arguments: list[str], sides: list[dict[str, str]]) -> int:
    """`tests/side.py` hands the sides out to the processes."""
    settings = sides[0] | {"HARK_TEST_SIDES": json.dumps(sides)}
    command: list[str | Path] = [sys.executable, "-m", "pytest", *arguments]
    pytest = processes.spawn(
        command, signal.SIGINT, cwd=environment.ROOT, env=environment.process_environment(settings)
    )
    try:
        return pytest.wait()
    finally:
        processes.end(pytest, signal.SIGINT, TEARDOWN)
