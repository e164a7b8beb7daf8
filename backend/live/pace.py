"""The server sets the pace of polling."""

import random

HELD = 0.1  # seconds; the next poll is held, so it may come at once: long enough for a burst to come as one
LIVELY = 2.0  # seconds; below it nobody feels a difference, above it a conversation drags
QUIET = 4.0  # seconds; nothing has come for a while
HIDDEN = 30.0  # seconds; browsers throttle hidden tabs' timers anyway
LOADED = 2.0  # seconds more at full load, and twice as long for the hidden
JITTER = 0.2  # share of the interval, so that clients that started together do not stay together


def poll_interval(*, visible: bool, held: bool = False, load: float = 0.0, quiet: bool = False) -> float:
    """Seconds until the client should poll again, for X-Poll-Interval.

    `held`: its polls are being held; `load`: of the server, from 0 to 1; `quiet`: there was no news for a while.
    """
    if held:
        seconds = HELD + LOADED * load
    elif visible:
        seconds = (QUIET if quiet else LIVELY) + LOADED * load
    else:
        seconds = HIDDEN * (1 + load)
    return seconds * (1 + JITTER * (2 * random.random() - 1))  # noqa: S311
