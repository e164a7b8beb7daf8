"""The two servers that Hark needs: those that are given, or embedded ones."""

import os
import subprocess
from contextlib import ExitStack
from pathlib import Path

from stack import readiness
from stack.postgres import Postgres
from stack.processes import step
from stack.valkey import Valkey

CHECKS = {"DATABASE_URL": readiness.check_database, "REDIS_URL": readiness.check_redis}


def given() -> dict[str, str]:
    """DATABASE_URL and REDIS_URL, if they are set. Raises Refused if there is no server."""
    addresses = {name: os.environ[name] for name in CHECKS if os.environ.get(name)}
    for name, url in addresses.items():
        CHECKS[name](url)
    return addresses


def add_missing(
    var: Path, addresses: dict[str, str], stack: ExitStack, *, temporary: bool = False
) -> dict[str, subprocess.Popen[bytes]]:
    """Start the servers whose address is missing, until the stack unwinds, and put it in.

    Returns the processes that were started, by name.
    """
    started: dict[str, subprocess.Popen[bytes]] = {}
    if "DATABASE_URL" not in addresses:
        with step("Starting PostgreSQL"):
            postgres = stack.enter_context(Postgres(var, temporary=temporary))
        addresses["DATABASE_URL"] = postgres.url
        assert postgres.process
        started["PostgreSQL"] = postgres.process
    if "REDIS_URL" not in addresses:
        with step("Starting Valkey"):
            valkey = stack.enter_context(Valkey(var))
        addresses["REDIS_URL"] = valkey.url
        assert valkey.process
        started["Valkey"] = valkey.process
    return started
