"""Polls that bring one new message."""

from functools import partial

from bench.baselines import drf_requests
from bench.harness.lab import Lab
from bench.harness.side_by_side import compare
from bench.harness.table import Row

TITLE = "Polls that bring one message"
EXPLANATION = """From many people in turn, who each have not seen the last message yet: 200 with that message. Hark
tells the changed conversation with it (title, people, read positions, unread count); the DRF view tells the message
only."""


def measure(lab: Lab) -> list[Row]:
    return compare(
        lab,
        ("Hark, poll with one message (200)", lambda: [reader.poll(behind=1) for reader in lab.readers()]),
        ("plain DRF polling view", lambda: map(partial(drf_requests.poll, behind=1), lab.drf_people)),
        None,
    )
