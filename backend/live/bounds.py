"""What one person may have of a web process at once."""

from dataclasses import dataclass
from math import inf

from django.conf import settings

UNLIMITED = 1 << 30


@dataclass(frozen=True, slots=True)
class Bounds:
    """For one person in one process. `threads`, `waiting` and `request_rate` hold for one address, too."""

    poll_rate: float = 20.0  # polls a second: two devices in a lively group, each told to come again after 0.1 s
    poll_burst: float = 100.0
    held: int = 20  # polls; the tabs of one browser have one, so these are 20 devices and scripts
    credentials: int = 40  # sessions and tokens that the gate knows
    threads: int = 4  # of Django's
    waiting: int = 20  # requests that wait for one of these threads: a page that opens makes about ten
    request_rate: float = 50.0  # requests a second beside polls from memory; beyond it, answers come late (`tarpit.py`)


LIFTED = Bounds(inf, inf, UNLIMITED, UNLIMITED, UNLIMITED, UNLIMITED, inf)


def member_bounds() -> Bounds:
    """As HARK_LIMITS says."""
    return LIFTED if settings.HARK_LIMITS == "off" else Bounds()
