"""From POST to receipt, with many polls held."""

import asyncio
import random
import time
from collections.abc import Sequence

from stack.errors import Refused

from bench.harness import http, loop
from bench.harness.lab import Lab
from bench.harness.readers import Reader, find_readers
from bench.harness.server import Server
from bench.harness.statistics import percentile, spread
from bench.harness.table import Row, Target
from bench.harness.waiters import Waiters

TITLE = "From sending to receipt, with held polls"
EXPLANATION = """People wait with `wait=25`, each on a connection, and come back at the server's pace. From the first
byte of the `POST` to the whole answer of the poll that brings the message. Direct conversations: messages go to
people at random, at 20 a second, whether or not the ones before have arrived. Groups: one message at a time to a
group whose members all wait, until the last of them has it; each member's answer is made by Django, so a large group
takes its time. Milliseconds."""
P50 = Target(30, at_least=False, unit=" ms")
P99 = Target(150, at_least=False, unit=" ms")
SENDS_PER_SECOND = 20  # about a quarter of what one core does, with the polls they bring
COMING_PER_SECOND = 60  # people who begin to wait; each costs Django two answers at first
LOST_AFTER = 30  # seconds
REST = 2.0  # seconds between two messages to a group, for everybody to wait again


class Trial:
    """When each message was sent, and how long it took until each of its readers had it, in milliseconds."""

    def __init__(self, server: Server) -> None:
        self.port = server.port
        self.waiters = Waiters(server.port, self._told)
        self.took: dict[str, list[float]] = {}
        self._sent: dict[str, float] = {}

    async def all_wait(self, count: int) -> None:
        """Raises Refused if it takes too long."""
        if not await self.waiters.until_held(count, LOST_AFTER):
            raise Refused(f"Of {count} polls {self.waiters.held} are held after {LOST_AFTER} s.")

    async def send(self, sender: Reader, text: str) -> None:
        """Raises Refused unless it was taken."""
        connection = await http.connect(self.port)
        self.took[text] = []
        self._sent[text] = time.perf_counter()
        answer = await connection.ask(sender.send(text))
        await connection.close()
        if answer.status != 201:
            raise Refused(f"A send was answered {answer.status}: {answer.body[:200]!r}")

    async def until_told(self, text: str, count: int) -> float:
        """Milliseconds until the last of so many readers had it. Raises Refused if one of them never gets it."""
        deadline = time.perf_counter() + LOST_AFTER
        while len(self.took[text]) < count:
            self.waiters.check()
            if time.perf_counter() > deadline:
                raise Refused(f"Of {count} readers {len(self.took[text])} have the message after {LOST_AFTER} s.")
            await asyncio.sleep(0.01)
        return max(self.took[text])

    def _told(self, message: dict[str, str], now: float) -> None:
        if message["text"] in self._sent:
            self.took[message["text"]].append(1000 * (now - self._sent[message["text"]]))


def measure(lab: Lab) -> list[Row]:
    with lab.hark() as hark:
        pairs = lab.readers(0, 2 * lab.sizes.waiting)
        print(f"{lab.sizes.waiting:,} begin to wait", flush=True)
        took = loop.run(_direct(hark, pairs, lab.sizes.sends))
    who = f"{lab.sizes.waiting:,} waiting, direct conversations"
    note = f"{len(took):,} messages; longest {max(took):.0f} ms"
    rows = [
        Row(f"{who}: p50", spread([percentile(took, 50)]), " ms", target=P50, note=note),
        Row(f"{who}: p99", spread([percentile(took, 99)]), " ms", target=P99),
    ]
    for credentials in lab.people["groups"]:
        members = find_readers(lab.database("people"), credentials)
        print(f"{len(members):,} of one group begin to wait", flush=True)
        with lab.hark() as hark:
            last = loop.run(_group(hark, members, lab.sizes.group_sends))
        rows.append(
            Row(
                f"group of {len(members):,}, all waiting: until the last has it",
                spread(last),
                " ms",
                note=f"{len(last)} messages",
            )
        )
    return rows


async def _direct(hark: Server, pairs: Sequence[Reader], sends: int) -> list[float]:
    trial = Trial(hark)
    readers, senders = pairs[::2], pairs[1::2]
    try:
        await trial.waiters.add(readers, len(readers) / COMING_PER_SECOND)
        await trial.all_wait(len(readers))
        sending = []
        for number in range(sends):
            sending.append(asyncio.create_task(trial.send(random.choice(senders), f"Message {number}")))  # noqa: S311
            await asyncio.sleep(random.expovariate(SENDS_PER_SECOND))  # noqa: S311
        await asyncio.gather(*sending)
        return [await trial.until_told(text, 1) for text in trial.took]
    finally:
        await trial.waiters.stop()


async def _group(hark: Server, members: Sequence[Reader], sends: int) -> list[float]:
    trial = Trial(hark)
    sender, readers = members[0], members[1:]
    try:
        await trial.waiters.add(readers, len(readers) / COMING_PER_SECOND)
        last = []
        for number in range(sends):
            await trial.all_wait(len(readers))
            await asyncio.sleep(REST)
            await trial.send(sender, f"Message {number}")
            last.append(await trial.until_told(f"Message {number}", len(readers)))
        return last
    finally:
        await trial.waiters.stop()
