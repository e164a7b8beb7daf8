"""The server sets the pace of polling."""

import random

VISIBLE = 2.0  # seconds; below it nobody feels a difference, above it a conversation drags
HIDDEN = 30.0  # seconds; browsers throttle hidden tabs' timers anyway
JITTER = 0.2  # share of the interval, so that clients that started together do not stay together


def poll_interval(*, visible: bool) -> float:
    """Seconds until the client should poll again, for X-Poll-Interval."""
    return round((VISIBLE if visible else HIDDEN) * random.uniform(1 - JITTER, 1 + JITTER), 2)  # noqa: S311
