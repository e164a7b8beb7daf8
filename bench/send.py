"""Sends."""

from bench.baselines import drf_requests
from bench.harness.lab import Lab
from bench.harness.side_by_side import compare
from bench.harness.table import Row
from bench.world import TEXT

TITLE = "Sends"
EXPLANATION = """`POST` of one message by many people in turn, in conversations of two. Hark numbers the message,
moves two feeds and notes who is owed a notification; the DRF view checks and inserts one row. PostgreSQL waits for
its disk in both."""
PER_SECOND = 2_000  # no two messages may have the same `client_id`, and no server sends faster than this


def measure(lab: Lab) -> list[Row]:
    count = int(PER_SECOND * lab.sizes.window)
    readers = lab.readers()
    return compare(
        lab,
        ("Hark, send (201)", lambda: [readers[n % len(readers)].send(TEXT) for n in range(count)]),
        ("plain DRF insert view (201)", lambda: [drf_requests.send(person, TEXT) for person in lab.drf_people]),
        None,
    )
