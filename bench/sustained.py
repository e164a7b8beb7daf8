"""Idle polls for longer than a credential is good for: Django looks at each again and again."""

import time

from bench.harness import wrk
from bench.harness.lab import Lab
from bench.harness.readers import check_still_idle, start_polling
from bench.harness.side_by_side import note
from bench.harness.statistics import number, spread
from bench.harness.table import Row

TITLE = "Idle polls, sustained"
EXPLANATION = """The idle polls of the first part, but for longer than the 4 to 6 minutes after which Django has to
look at a credential again: the figure includes all of that. The fewer credentials poll as fast as the server answers,
which no client does; the more come closer to an open page, which polls every two seconds. One long window, cut in
slices for the spread."""
SLICES = 3
SAMPLE = 500  # credentials that are asked for afterwards


def measure(lab: Lab) -> list[Row]:
    rows = []
    for count in lab.sizes.sustained_readers:
        with lab.hark() as hark:
            with_etags = start_polling(hark.port, lab.readers(0, count), check=False)
            requests = wrk.write_requests(lab.folder / "sustained", [reader.poll() for reader in with_etags])
            print(f"{count:,} credentials for {lab.sizes.sustained:.0f} s ...", flush=True)
            begun = time.monotonic()
            loads = [wrk.window(hark, requests, lab.sizes.sustained / SLICES, settle=0) for _ in range(SLICES)]
            elapsed = time.monotonic() - begun
            check_still_idle(hark.port, with_etags[:SAMPLE])
            every = elapsed / sum(load.requests for load in loads) * count
        seen = f"{note(loads, with_size=False)}; each credential every {number(every)} s"
        rows.append(Row(f"{count:,} credentials", spread([load.per_core for load in loads]), "/s", note=seen))
    return rows
