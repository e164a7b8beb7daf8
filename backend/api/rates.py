"""How much of what one person may do: the categories, and their rates as settings.

A rate `180/60` is a bucket of 180 units that fills in 60 seconds: 180 at once, then 3 a second. A category may have
several, `10/60+50/86400`: a request must find room in each of them.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from django.conf import settings

DAY = 86_400  # seconds
TOKEN_SHARE = 2  # one API token may use 1/TOKEN_SHARE of its owner's rate
RATE = re.compile(r"([1-9][0-9]{0,8})/([1-9][0-9]{0,8})", re.ASCII)


class Category(StrEnum):
    """What is counted together."""

    SEND = "send"
    CHANGE = "change"
    MANAGE = "manage"
    MARK = "mark"
    TYPING = "typing"
    SEARCH = "search"
    DIRECTORY = "directory"
    READ = "read"
    CREATE = "create"
    INVITE = "invite"
    ACCOUNT = "account"
    TOKEN = "token"  # noqa: S105  (a name)
    REPORT = "report"
    REPLY = "reply"
    ANONYMOUS = "anonymous"


# Why these numbers: docs/decisions/0014-what-one-person-may-do.md. What they mean: docs/operations.md.
DEFAULTS = {
    Category.SEND: "180/60",
    Category.CHANGE: "240/60",
    Category.MANAGE: "30/60",
    Category.MARK: "600/60",
    Category.TYPING: "120/60",
    Category.SEARCH: "60/60",
    Category.DIRECTORY: "60/60",
    Category.READ: "300/60",
    Category.CREATE: "10/60+50/86400",
    Category.INVITE: "200/86400",
    Category.ACCOUNT: "60/60",
    Category.TOKEN: "10/3600",
    Category.REPORT: "20/3600",
    Category.REPLY: "30/3600",
    Category.ANONYMOUS: "300/60",
}


@dataclass(frozen=True)
class Rate:
    """`limit` units at once, which come back evenly within `window` seconds."""

    limit: int
    window: int

    @property
    def is_daily(self) -> bool:
        """Whether it is a bound per day, and not of how fast somebody may go."""
        return self.window >= DAY

    @property
    def period(self) -> float:
        """Seconds until one unit is back."""
        return self.window / self.limit

    @property
    def share(self) -> "Rate":
        """What one API token may use of it."""
        return Rate(max(1, self.limit // TOKEN_SHARE), self.window)


def rates_of(category: Category) -> tuple[Rate, ...]:
    """The rates of a category, as the operator has them."""
    return rates_parse(tuple(settings.HARK_LIMIT_RATES))[category]


@cache
def rates_parse(overrides: tuple[str, ...]) -> dict[Category, tuple[Rate, ...]]:
    """All categories, after entries like `create=10/60+50/86400`. Raises ValueError, in words, for nonsense."""
    chosen = dict(DEFAULTS)
    for entry in overrides:
        name, _, rates = entry.partition("=")
        if name not in DEFAULTS:
            raise ValueError(f"{name!r} is no category: {', '.join(DEFAULTS)}")
        chosen[Category(name)] = rates
    return {category: tuple(map(_rate, rates.split("+"))) for category, rates in chosen.items()}


def _rate(text: str) -> Rate:
    match = RATE.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no rate: units/seconds, like 180/60")
    return Rate(int(match[1]), int(match[2]))
