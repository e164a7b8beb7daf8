"""Two servers under the same kind of load, in turns."""

from collections.abc import Callable, Iterable

from bench.harness import wrk
from bench.harness.lab import Lab, interleaved
from bench.harness.statistics import number, ratios, spread
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
    rates = {name: [load.per_core for load in found] for name, found in loads.items()}
    return [
        Row(ours[0], spread(rates["ours"]), "/s", note=note(loads["ours"])),
        Row(
            theirs[0],
            spread(rates["theirs"]),
            "/s",
            ratios(rates["ours"], rates["theirs"]),
            target,
            note(loads["theirs"]),
        ),
    ]


def note(loads: list[Load], *, with_size: bool = True) -> str:
    """What the client saw, beside what a core does."""
    size = f"{spread([load.mean_bytes for load in loads]).median:,.0f} bytes; "
    seen = f"{number(spread([load.per_second for load in loads]).median)}/s seen"
    return (size if with_size else "") + seen
