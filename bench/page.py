"""Pages of a hundred messages."""

from bench.baselines import drf_requests
from bench.harness.lab import Lab
from bench.harness.side_by_side import compare
from bench.harness.table import Row, Target

TITLE = "Pages of 100 messages"
EXPLANATION = """The newest page of a conversation, from many people in turn. The same rows, and as much told about
each message."""
LIMIT = 100
TARGET = Target(5, at_least=True, unit=" x")


def measure(lab: Lab) -> list[Row]:
    return compare(
        lab,
        ("Hark, page of 100 messages", lambda: [reader.page(LIMIT) for reader in lab.readers()]),
        ("plain DRF ModelSerializer view", lambda: map(drf_requests.page, lab.drf_people)),
        TARGET,
    )
