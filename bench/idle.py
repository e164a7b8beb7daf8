"""Idle polls: nothing is new, and the answer is 304."""

import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from functools import partial

from stack.errors import Refused
from stack.ports import free_port

from bench.baselines import constant, drf_requests, synapse
from bench.harness import wrk
from bench.harness.lab import Lab, find_program, interleaved
from bench.harness.readers import Reader, ask_once, start_polling
from bench.harness.server import Server
from bench.harness.side_by_side import note
from bench.harness.statistics import ratios, spread
from bench.harness.table import Row, Target
from bench.harness.wrk import Load

TITLE = "Idle polls"
EXPLANATION = """Polls of an open page that has seen everything, from many people in turn, each asking with the `ETag`
of their last answer. Each round takes people who have not polled before: their credential has been looked at by
Django just now, and no re-verification falls into the window (what that costs is in the part `sustained`). nginx and
the ASGI application answer a constant 304 with the header fields of Hark's. The DRF view is
`bench/baselines/drf_polling`: session, ModelSerializer, `id > after` on an index, gunicorn; it answers 200 with an
empty list. Synapse is asked `/sync?timeout=0` with the newest token, on SQLite, by one user on 16 connections."""
AGAINST_NGINX = Target(0.2, at_least=True, unit=" x")
AGAINST_DRF = Target(60, at_least=True, unit=" x")
SAME_ANSWER = 2  # bytes; X-Poll-Interval is 2.1 or 1.99, and nothing else differs between two 304


def measure(lab: Lab) -> list[Row]:
    with ExitStack() as servers:
        hark = servers.enter_context(lab.hark())
        drf = servers.enter_context(lab.drf())
        first = start_polling(hark.port, lab.readers(0, 1))[0]
        fields = constant.constant_fields(ask_once(hark.port, first.poll()).fields)
        polls = [replace(reader, etag=first.etag).poll() for reader in lab.readers(0, lab.sizes.idle_readers)]
        same = wrk.write_requests(lab.folder / "same", polls)
        people = wrk.write_requests(lab.folder / "drf-idle", map(drf_requests.poll, lab.drf_people))
        asgi = servers.enter_context(constant.asgi(lab.folder, fields))
        actions: dict[str, Callable[[int], Load]] = {
            "Hark": partial(_hark_round, lab, hark),
            "ASGI": lambda _: wrk.window(asgi, same, lab.sizes.window),
            "DRF": lambda _: wrk.window(drf, people, lab.sizes.window),
        }
        if program := find_program("nginx"):
            nginx = servers.enter_context(constant.nginx(program, lab.folder, free_port(), fields))
            actions["nginx"] = lambda _: wrk.window(nginx, same, lab.sizes.window)
        synapse_says = "not measured with --quick"
        if lab.sizes.synapse:
            try:
                matrix, requests = servers.enter_context(synapse.running(lab.folder))
                actions["synapse"] = lambda _: wrk.window(matrix, requests, lab.sizes.window, connections=16)
            except Refused as fault:
                synapse_says = f"could not be installed or started: {str(fault).splitlines()[-1]}"
        print("Measuring", end=" ", flush=True)
        loads = interleaved(lab.sizes.rounds, actions)
        print(flush=True)
    return [
        _row("Hark, idle poll (304)", loads["Hark"]),
        _against(loads, "nginx", "nginx, constant 304", AGAINST_NGINX, "nginx is missing: apt install nginx-light"),
        _against(loads, "ASGI", "minimal ASGI application, constant 304", None, ""),
        _against(loads, "DRF", "plain DRF polling view, empty list (200)", AGAINST_DRF, ""),
        _against(loads, "synapse", "matrix-synapse, idle /sync (200)", None, synapse_says),
    ]


def _hark_round(lab: Lab, hark: Server, number: int) -> Load:
    count = lab.sizes.idle_readers
    readers = start_polling(hark.port, lab.readers(number * count, count))
    requests = wrk.write_requests(lab.folder / "idle", [reader.poll() for reader in readers])
    load = wrk.window(hark, requests, lab.sizes.window)
    check_all_idle(load, readers)
    return load


def check_all_idle(load: Load, readers: list[Reader]) -> None:
    """Raises Refused unless the answers were as long as a 304 is. (Errors are counted by wrk itself.)"""
    expected = sum(reader.size for reader in readers) / len(readers)
    if abs(load.mean_bytes - expected) > SAME_ANSWER:
        raise Refused(
            f"Answers had {load.mean_bytes:.1f} bytes, but a 304 has {expected:.1f}: not all polls were idle."
        )


def _row(what: str, loads: list[Load]) -> Row:
    return Row(what, spread([load.per_core for load in loads]), "/s", note=note(loads, with_size=False))


def _against(loads: dict[str, list[Load]], name: str, what: str, target: Target | None, missing: str) -> Row:
    if name not in loads:
        print(f"Skipped: {what}: {missing}", file=sys.stderr)
        return Row(what, note=missing)
    row = _row(what, loads[name])
    ratio = ratios([load.per_core for load in loads["Hark"]], [load.per_core for load in loads[name]])
    return Row(row.what, row.figure, row.unit, ratio, target, row.note)
