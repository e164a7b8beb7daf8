"""bin/run: Hark with its servers, demo people and captured mail, until somebody stops it."""

import os
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import NoReturn

from stack import environment, page, procfile, readiness, servers
from stack.errors import Refused
from stack.ports import is_free
from stack.processes import run, step

USAGE = """Usage: bin/run
Starts Hark on http://127.0.0.1:8000 with everything it needs. Settings come from the environment:
PORT, HARK_VAR, DATABASE_URL, REDIS_URL, EMAIL_URL ... (docs/operations.md)."""
# Celery's warning is about production; here being root is somebody's choice, often in a container.
NOT_ABOUT_ROOT = "ignore:You're running the worker with superuser privileges"
READY = """
Hark is ready: {address}
  Sign in as alice@example.com, bob@example.com or carol@example.com; the password is demo-hark-2026{unless}
  Mail is kept at {address}/demo/mail
  Ctrl-C stops everything; the data stays in {var}
"""


def main(arguments: list[str]) -> int:
    """Serve until a signal or a crash. Raises Refused or Stopped; all that was started has then ended."""
    if arguments:
        print(USAGE)
        return 0 if arguments in (["-h"], ["--help"]) else 2
    var = environment.var_folder()
    with environment.locked(var):
        port = _port()
        settings = environment.demo_settings(var, port) | servers.given()
        with ExitStack() as stack:
            try:
                _serve(var, port, settings, stack)
            finally:
                with suppress(OSError):  # the terminal is gone
                    print("Stopping ...", flush=True)


def _serve(var: Path, port: int, settings: dict[str, str], stack: ExitStack) -> NoReturn:
    watched = servers.add_missing(var, settings, stack)
    stack.enter_context(environment.env_file(var, settings))
    process_environment = environment.process_environment({"PYTHONWARNINGS": NOT_ABOUT_ROOT, **settings})
    with step("Bringing the tables up to date"):
        run(environment.manage("migrate", "--noinput"), var / "manage.log", process_environment)
    with step("Making the demo people"):
        run(environment.manage("demo"), var / "manage.log", process_environment)
    with step("Collecting the page"):
        page.collect(var, process_environment)
    with step("Starting web, worker, beat and inbound"):
        watched |= stack.enter_context(procfile.running(process_environment))
        readiness.wait_until_ready(port, lambda: procfile.check(watched))
    unless = "" if "PostgreSQL" in watched else "\n  (in a given database only if it was empty)"
    print(READY.format(address=settings["PUBLIC_URL"], var=var, unless=unless), flush=True)
    procfile.watch(watched)


def _port() -> int:
    """PORT, free. Raises Refused before anything has been started."""
    given = os.environ.get("PORT") or "8000"
    if not given.isdecimal() or not 0 < int(given) < 65536:
        raise Refused(f"PORT={given} is no port number.")
    if not is_free("127.0.0.1", int(given)):
        raise Refused(f"Port {given} is taken by another program; choose another: PORT=8001 bin/run")
    return int(given)
