"""What history costs: the same polls with few and many messages, and with few and many conversations."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

from bench.harness import wrk
from bench.harness.lab import Lab, interleaved
from bench.harness.readers import Reader, find_readers, start_polling
from bench.harness.server import Server
from bench.harness.statistics import ratios, spread
from bench.harness.table import Row, Target

TITLE = "The cost of history"
EXPLANATION = """A database for each size, side by side, each with a web process of its own; one connection, one
request after the other, in turns. All messages are in the two conversations in which the measured readers read: half
of them in each. Microseconds of processor time for one request, in the web process and PostgreSQL together, so that
other programs do not count. "Idle" is answered by the gate, "one message" by Django and PostgreSQL. The ratio is how
many times the request costs what it costs with the least."""
FLAT = Target(1.2, at_least=False, unit=" x")
TOKENS_A_ROUND = 1_000  # credentials for the idle polls of one round; the same poll is answered some ten times a second
SETTLE = 1.0  # seconds


@dataclass(frozen=True)
class Case:
    """A reader with so many conversations in a database of so many messages, and the server of that database."""

    messages: int
    conversations: int
    server: Server
    readers: list[Reader]

    def __str__(self) -> str:
        return f"{self.messages:,} messages, {self.conversations:,} conversations"


def measure(lab: Lab) -> list[Row]:
    with ExitStack() as servers:
        cases = [case for messages in lab.sizes.history for case in _cases(lab, messages, servers)]
        print("Measuring", end=" ", flush=True)
        took = {
            "idle": _in_turns(lab, cases, partial(_idle, lab)),
            "one message": _in_turns(lab, cases, partial(_delta, lab)),
        }
        print(flush=True)
    return [row for kind, found in took.items() for row in _rows(kind, cases, found)]


def _cases(lab: Lab, messages: int, servers: ExitStack) -> list[Case]:
    database = f"history_{messages}"
    tokens = TOKENS_A_ROUND * lab.sizes.history_rounds
    wanted = {"readers": lab.sizes.conversations, "messages": messages, "tokens": tokens}
    made = lab.fill("bench.world", database, wanted)["readers"]
    server = servers.enter_context(lab.hark(database))
    url = lab.database(database)
    return [
        Case(messages, conversations, server, find_readers(url, credentials))
        for conversations, credentials in zip(lab.sizes.conversations, made, strict=True)
    ]


def _in_turns(lab: Lab, cases: list[Case], action: Callable[[Case, int], float]) -> dict[str, list[float]]:
    return interleaved(lab.sizes.history_rounds, {str(case): partial(action, case) for case in cases})


def _idle(lab: Lab, case: Case, number: int) -> float:
    first = number * TOKENS_A_ROUND
    readers = start_polling(case.server.port, case.readers[first : first + TOKENS_A_ROUND])
    return _microseconds(lab, case, [reader.poll() for reader in readers])


def _delta(lab: Lab, case: Case, number: int) -> float:
    return _microseconds(lab, case, [reader.poll(behind=1) for reader in case.readers])


def _microseconds(lab: Lab, case: Case, requests: list[bytes]) -> float:
    file = wrk.write_requests(lab.folder / "history", requests)
    postgres = lab.postgres.process
    assert postgres
    load = wrk.window(case.server, file, lab.sizes.history_window, connections=1, settle=SETTLE, besides=[postgres.pid])
    return 1e6 / load.per_core


def _rows(kind: str, cases: list[Case], took: dict[str, list[float]]) -> list[Row]:
    least, *others = cases
    rows = [Row(f"{kind}: {least}", spread(took[str(least)]), " us")]
    for case in others:
        times = took[str(case)]
        rows.append(Row(f"{kind}: {case}", spread(times), " us", ratios(times, took[str(least)]), FLAT))
    return rows
