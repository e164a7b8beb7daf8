"""The last look before serving."""

import sys

from django.core import checks

# What uvicorn and gunicorn exit with when an application cannot start; neither tries again after it.
CANNOT_START = 3


def refuse_unsafe_settings() -> None:
    """End the process, with one line a fault, if Hark's own settings are missing or unsafe."""
    faults = [fault for fault in checks.run_checks() if fault.is_serious()]
    if faults:
        lines = "\n".join(f"{fault.id}: {fault.msg}" for fault in faults)
        print(f"Hark does not start.\n{lines}", file=sys.stderr)
        sys.exit(CANNOT_START)
