"""What the past costs the worker: a tick with nothing due, and a decision about one person."""

from functools import partial
from typing import Any

from bench.harness import cores
from bench.harness.lab import Lab, interleaved
from bench.harness.statistics import number, ratios, spread
from bench.harness.table import Row, Target

TITLE = "The cost of a tick"
EXPLANATION = """A database with few settled rows and one with many, side by side: so many closed bursts, and as many
sent deliveries, with an item and a log entry each, spread evenly over 1,000 people, each in one conversation. In turns,
a process calls what the worker's tasks call. "A tick" is what beat causes every 5 s, with nothing due: `bursts_decide`
and `deliveries_send` for each channel. "Deciding about one person": they are owed one message, and `bursts_decide`
makes it a delivery; everybody's past is one that was told and read. Microseconds of processor time, of that process and
the PostgreSQL process that serves it, so that other programs do not count. The ratio is how many times it costs what
it costs with the least rows."""
FLAT = Target(1.2, at_least=False, unit=" x")
WARM = 20  # people about whom is decided before it counts
AT_ONCE = {"HARK_PUSH_DELAY": "0", "HARK_EMAIL_DELAY": "0"}
WHAT = {"tick": "a tick with nothing due", "decision": "deciding about one person"}


def measure(lab: Lab) -> list[Row]:
    pairs = {settled: _filled(lab, settled) for settled in lab.sizes.settled}
    print("Measuring", end=" ", flush=True)
    took = interleaved(lab.sizes.rounds, {settled: partial(_round, lab, settled, pairs[settled]) for settled in pairs})
    print(flush=True)
    return [row for kind in WHAT for row in _rows(kind, took)]


def _filled(lab: Lab, settled: int) -> list[list[int]]:
    made: list[list[int]] = lab.fill("bench.settled", f"tick_{settled}", {"settled": settled})
    return made


def _round(lab: Lab, settled: int, pairs: list[list[int]], number: int) -> dict[str, Any]:
    """Each round with other pairs: nobody has been told anything in a round before."""
    count = WARM + lab.sizes.decided
    wanted = {"pairs": pairs[number * count :][:count], "warm": WARM, "ticks": lab.sizes.ticks}
    with cores.on(cores.SERVER):
        took: dict[str, Any] = lab.program("bench.ticking", f"tick_{settled}", wanted, **AT_ONCE)
    return took


def _rows(kind: str, took: dict[int, list[dict[str, Any]]]) -> list[Row]:
    cpu = {settled: [one[kind]["cpu"] for one in rounds] for settled, rounds in took.items()}
    least = min(cpu)
    rows = []
    for settled, times in cpu.items():
        clock = spread([one[kind]["clock"] for one in took[settled]]).median
        note = f"{number(clock)} us by the clock"
        ratio = None if settled == least else ratios(times, cpu[least])
        rows.append(
            Row(f"{WHAT[kind]}: {settled:,} settled", spread(times), " us", ratio, FLAT if ratio else None, note)
        )
    return rows
