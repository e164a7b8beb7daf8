"""bin/test: all tests, with a browser and real servers: given ones, or some that are gone afterwards."""

import os
import secrets
import signal
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from stack import environment, guardian, page, processes, servers
from stack.browser import find_browser
from stack.errors import Refused

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
    for name in list(os.environ):
        if name.startswith("HARK_") or name in NOT_PASSED_ON:
            del os.environ[name]
    var = Path(tempfile.mkdtemp(prefix="hark-test-"))
    guardian.delete_at_end(var)
    addresses = servers.given()
    with ExitStack() as stack:
        servers.add_missing(var, addresses, stack, temporary=True)
        settings = addresses | {
            "EMAIL_URL": "smtp://127.0.0.1:1",
            "SECRET_KEY": secrets.token_urlsafe(48),
            "PUBLIC_URL": "http://127.0.0.1",
            "ALLOWED_HOSTS": "127.0.0.1,localhost,testserver",
            "HARK_SIGNUP": "open",
            "HARK_VAR": str(var),
            "HARK_TEST_BROWSER": browser,
        }
        code = _pytest(arguments, var, environment.process_environment(settings))
    if not browser:
        print(NO_BROWSER, file=sys.stderr)
    return code


def _pytest(arguments: list[str], var: Path, process_environment: dict[str, str]) -> int:
    page.collect(var, process_environment)
    command: list[str | Path] = [sys.executable, "-m", "pytest", *arguments]
    pytest = processes.spawn(command, signal.SIGINT, cwd=environment.ROOT, env=process_environment)
    try:
        return pytest.wait()
    finally:
        processes.end(pytest, signal.SIGINT, TEARDOWN)
