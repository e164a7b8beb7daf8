"""The server sets the pace of polling."""

import random

HELD = 0.1  # seconds; the next poll is held, so it may come at once: long enough for a burst to come as one
LIVELY = 2.0  # seconds; below it nobody feels a difference, above it a conversation drags
QUIET = 4.0  # seconds; nothing has come for a while
QUIET_AFTER = 60.0  # seconds without news
HIDDEN = 30.0  # seconds; browsers throttle hidden tabs' timers anyway
LOADED = 2.0  # seconds more at full load, and twice as long for the hidden
JITTER = 0.2  # share of the interval, so that clients that started together do not stay together


def poll_interval(*, visible: bool, held: bool = False, load: float = 0.0, quiet_for: float = 0.0) -> float:
    """Seconds until the client should poll again, for X-Poll-Interval.

    `held`: its polls are being held; `load`: of the server, from 0 to 1; `quiet_for`: seconds since there was news.
    """
    if held:
        seconds = HELD + LOADED * load
    elif visible:
        seconds = (LIVELY if quiet_for < QUIET_AFTER else QUIET) + LOADED * load
    else:
        seconds = HIDDEN * (1 + load)
    return round(seconds * random.uniform(1 - JITTER, 1 + JITTER), 2)  # noqa: S311
