"""Token buckets in PostgreSQL: exact across threads and processes, whatever Redis does.

A bucket is one row with the time at which it is full again (GCRA, the generic cell rate algorithm). A request moves
that time by its cost, and is refused if it would lie further away than the bucket is large. All buckets of a request
are asked in one prepared statement, the narrowest first; a bucket is asked only after the one before it had room.
The statement commits by itself, so a row is locked for microseconds and never during the rest of the request.

The table is UNLOGGED: a commit waits for no disk, and a crash of PostgreSQL fills the buckets again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil, floor
from typing import Any

from django.db import connection

from backend.api.rates import Rate
from backend.database import fetch, run


@dataclass(frozen=True)
class Bucket:
    """`name` is what the client calls it, `key` whose it is."""

    name: str
    key: str
    rate: Rate


@dataclass(frozen=True)
class Level:
    """A bucket after a request: whether it had room for `cost` units, and in how many seconds it is full."""

    bucket: Bucket
    had_room: bool
    cost: float
    full_in: float

    @property
    def remaining(self) -> int:
        """Whole units left."""
        rate = self.bucket.rate
        return max(0, floor((rate.window - self.full_in) / rate.period + ROUNDING))

    @property
    def more_in(self) -> int:
        """Seconds until there is a unit more; for a refused request, until there is room for it."""
        rate = self.bucket.rate
        if not self.had_room:
            return max(1, ceil(self.full_in + self.cost * rate.period - rate.window))
        return ceil(self.full_in % rate.period)


ROUNDING = 1e-6  # units: a sum of seconds as floating point may lie below the whole number that is meant


def buckets_spend(buckets: Sequence[Bucket], *, cost: str, parameters: Mapping[str, Any]) -> list[Level]:
    """Take `cost` units from each bucket, or from none. The last level tells whether there was room.

    `cost` is an SQL expression over `parameters`, above 0. A cost above the size of a bucket takes all of it, so that
    what is dear can be done from a full bucket. Outside of a transaction, or the rows stay locked until its end.
    """
    given: dict[str, Any] = dict(parameters)
    for number, bucket in enumerate(buckets):
        given[f"key{number}"] = bucket.key
        given[f"period{number}"] = bucket.rate.period
        given[f"window{number}"] = float(bucket.rate.window)
        given[f"limit{number}"] = float(bucket.rate.limit)
    [(units, *answers)] = fetch(_statement(len(buckets), cost), given)
    levels = [
        Level(bucket, had_room=had_room, cost=min(units, bucket.rate.limit), full_in=full_in)
        for bucket, had_room, full_in in zip(buckets, answers[::2], answers[1::2], strict=True)
        if had_room is not None
    ]
    if not levels[-1].had_room:
        _refund(levels[:-1])
    return levels


def _refund(levels: Sequence[Level]) -> None:
    """The request is not made: what other buckets gave for it goes back."""
    if levels:
        keys = [level.bucket.key for level in levels]
        seconds = [level.cost * level.bucket.rate.period for level in levels]
        run(REFUND, {"keys": keys, "seconds": seconds})


def buckets_purge() -> None:
    """Delete those that are full: they mean what no row means."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM api_bucket WHERE full_at < now()")


@cache
def _statement(count: int, cost: str) -> str:
    """One for each number of buckets and kind of cost, so that each connection plans it once."""
    links = ",\n".join(
        LINK.format(n=n, asked="asked" if n == 0 else f"asked, bucket{n - 1} WHERE bucket{n - 1}.taken > 0")
        for n in range(count)
    )
    columns = ", ".join(f"bucket{n}.taken > 0, bucket{n}.full_in" for n in range(count))
    joins = " ".join(f"LEFT JOIN bucket{n} ON true" for n in range(count))
    return f"WITH asked AS MATERIALIZED (SELECT ({cost})::float8 AS units),\n{links}\nSELECT units, {columns} FROM asked {joins}"  # noqa: S608, E501  (constants only)


# `taken` is what the last request took, in seconds, or 0 if it was refused. The clock is read once, after the row is
# locked: read before, it would be earlier than that of a request which got the lock first, and refuse the last unit.
LINK = """bucket{n} AS (
    INSERT INTO api_bucket AS b (key, full_at, taken)
    SELECT %(key{n})s, clock_timestamp() + make_interval(secs => cost), cost
    FROM (SELECT least(units, %(limit{n})s::float8) * %(period{n})s::float8 AS cost FROM {asked}) AS wanted
    ON CONFLICT (key) DO UPDATE SET (full_at, taken) = (
        SELECT
            CASE WHEN fits THEN full_then ELSE b.full_at END,
            CASE WHEN fits THEN EXCLUDED.taken ELSE 0 END
        FROM (
            SELECT full_then, full_then <= now + make_interval(secs => %(window{n})s::float8 + 0.001) AS fits
            FROM (
                SELECT now, greatest(b.full_at, now) + make_interval(secs => EXCLUDED.taken) AS full_then
                FROM (SELECT clock_timestamp() AS now OFFSET 0) AS clock
            ) AS moved
        ) AS judged
    )
    RETURNING taken, greatest(0, extract(epoch FROM full_at - clock_timestamp()))::float8 AS full_in
)"""

REFUND = """
UPDATE api_bucket AS b SET full_at = b.full_at - make_interval(secs => back.seconds)
FROM unnest(%(keys)s::text[], %(seconds)s::float8[]) AS back (key, seconds) WHERE b.key = back.key
"""
