"""Two servers under the same kind of load, in turns."""

from collections.abc import Callable, Iterable

from bench.harness import wrk
from bench.harness.lab import Lab, interleaved
from bench.harness.statistics import ratios, spread
from bench.harness.table import Row, Target
from bench.harness.wrk import Load

CONNECTIONS = 16  # more than either has threads


def compare(
    lab: Lab,
    ours: tuple[str, Callable[[], Iterable[bytes]]],
    theirs: tuple[str, Callable[[], Iterable[bytes]]],
    target: Target | None,
) -> list[Row]:
    """Hark and the DRF baseline, each with a name for its row and what makes the requests of one window."""
    with lab.hark() as hark, lab.drf() as drf:

        def measured(which: int) -> Load:
            server, (_, requests) = ((hark, ours), (drf, theirs))[which]
            file = wrk.write_requests(lab.folder / "side", requests())
            return wrk.window(server, file, lab.sizes.window, connections=CONNECTIONS)

        print("Measuring", end=" ", flush=True)
        loads = interleaved(lab.sizes.rounds, {"ours": lambda _: measured(0), "theirs": lambda _: measured(1)})
        print(flush=True)
    rates = {name: [load.per_second for load in found] for name, found in loads.items()}
    return [
        Row(ours[0], spread(rates["ours"]), "/s", note=_note(loads["ours"])),
        Row(
            theirs[0], spread(rates["theirs"]), "/s", ratios(rates["ours"], rates["theirs"]), target, _note(loads["theirs"])
        ),
    ]


def _note(loads: list[Load]) -> str:
    busy = spread([load.busy for load in loads]).median
    size = spread([load.mean_bytes for load in loads]).median
    return f"{size:,.0f} bytes, server {busy:.0%}"
