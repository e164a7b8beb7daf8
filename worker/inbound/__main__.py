"""`python -m worker.inbound`: the line `inbound` of the Procfile."""

import asyncio
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
django.setup()

from backend.config.startup import CANNOT_START, refuse_unsafe_settings  # noqa: E402  (needs the settings loaded above)
from worker.inbound.server import serve  # noqa: E402

if __name__ == "__main__":
    refuse_unsafe_settings()
    try:
        asyncio.run(serve())
    except OSError as fault:
        print(f"Hark receives no mail. HARK_INBOUND_LISTEN: {fault}", file=sys.stderr)
        sys.exit(CANNOT_START)
