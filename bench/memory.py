"""What a held poll costs: memory, and the processor time of keeping it."""

import asyncio
from itertools import pairwise

from bench.harness import loop
from bench.harness.lab import Lab
from bench.harness.readers import start_polling
from bench.harness.server import Server
from bench.harness.statistics import spread
from bench.harness.table import Row
from bench.harness.waiters import Waiters

TITLE = "Memory of held polls"
EXPLANATION = """Resident memory of the web process with so many polls held (`wait=25`), each on a connection and with
a credential of its own, while nothing happens. They ask again every 25 s, and Django looks at each credential again
every 4 to 6 minutes: the share of the core that the asking takes is noted. "A poll" is what one more held poll has
added since nobody waited."""
COMING_PER_SECOND = 100
PATIENCE = 60  # seconds until the last one waits; at the limit of one core some are turned away and come again
USED_BEFORE = 200  # polls answered before anybody waits, so that threads and connections are there
MB, KB = 1e6, 1e3


def measure(lab: Lab) -> list[Row]:
    with lab.hark() as hark:
        start_polling(hark.port, lab.readers(0, USED_BEFORE))
        return loop.run(_steps(lab, hark))


async def _steps(lab: Lab, hark: Server) -> list[Row]:
    waiters = Waiters(hark.port, lambda message, now: None)
    readers = lab.readers(0, max(lab.sizes.held))
    alone = hark.rss()
    rows = [Row("nobody waiting", spread([alone / MB]), " MB")]
    try:
        for before, count in pairwise(sorted(lab.sizes.held)):
            print(f"{count:,} wait", flush=True)
            await waiters.add(readers[before:count], (count - before) / COMING_PER_SECOND)
            await waiters.until_held(int(0.99 * count), PATIENCE)  # some are on their way to ask again
            rows.append(await _row(hark, waiters, alone, lab.sizes.watched))
    finally:
        await waiters.stop()
    return rows


async def _row(hark: Server, waiters: Waiters, alone: int, seconds: int) -> Row:
    cpu, rss, held = hark.cpu_seconds(), [], []
    for _ in range(seconds):
        await asyncio.sleep(1)
        rss.append(hark.rss())
        held.append(waiters.held)
    waiters.check()
    busy = (hark.cpu_seconds() - cpu) / seconds
    count = spread(held).median
    each = (spread(rss).median - alone) / count / KB
    away = f"; {waiters.turned_away:,} answers 503 so far" if waiters.turned_away else ""
    note = f"{each:.1f} kB a poll; {busy:.0%} of the core{away}"
    return Row(f"{count:,.0f} polls held", spread([value / MB for value in rss]), " MB", note=note)
