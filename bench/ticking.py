"""Measures the worker's functions in their own process: `python -m bench.ticking FILE` (see bench/tick.py)."""

import json
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
import psutil

WARM_TICKS = 20  # until every statement is prepared


def measure(wanted: dict[str, Any]) -> dict[str, Any]:
    """{"pairs": [(sender, recipient, conversation)], "warm": pairs that do not count, "ticks"}
    -> {"tick","decision"}: {"cpu","clock"} in microseconds of one."""
    pairs, warm = wanted["pairs"], wanted["warm"]
    _ticks(WARM_TICKS)
    tick = _microseconds(wanted["ticks"], lambda: _ticks(wanted["ticks"]))
    _owe(pairs[:warm])
    _decide(warm)
    _owe(pairs[warm:])
    decision = _microseconds(len(pairs) - warm, lambda: _decide(len(pairs) - warm))
    _settle()
    return {"tick": tick, "decision": decision}


def _ticks(count: int) -> None:
    from worker.channels import CHANNELS
    from worker.dispatch import bursts_decide, deliveries_send

    for _ in range(count):
        done = bursts_decide() + sum(deliveries_send(channel) for channel in CHANNELS)
        assert not done, f"{done} were due"


def _owe(pairs: list[tuple[int, int, int]]) -> None:
    """One message of the first to the second of each pair."""
    from backend.chat.services import message_send

    for sender, _, conversation in pairs:
        message_send(sender_id=sender, conversation_id=conversation, client_id=uuid.uuid4(), text="Hello")


def _decide(count: int) -> None:
    from worker.dispatch import bursts_decide

    decided = bursts_decide()
    assert decided == count, f"decided about {decided}, not {count}"


def _settle() -> None:
    """What was decided is sent, so that nothing is due in the next round."""
    from django.db.models.functions import Now

    from backend.notifications.models import Delivery

    Delivery.objects.filter(state=Delivery.State.DUE).update(state=Delivery.State.SENT, finished_at=Now())


def _microseconds(count: int, action: Callable[[], None]) -> dict[str, float]:
    """Of one of `count`: "cpu" of this process and of the one of PostgreSQL that serves it, and "clock"."""
    from django.db import connection

    assert connection.connection
    server = psutil.Process(connection.connection.info.backend_pid)

    def cpu() -> float:
        return time.process_time() + float(sum(server.cpu_times()[:2]))

    used, begun = cpu(), time.perf_counter()
    action()
    clock, used = time.perf_counter() - begun, cpu() - used
    return {"cpu": used * 1e6 / count, "clock": clock * 1e6 / count}


def main(file: Path) -> None:
    django.setup()
    file.write_text(json.dumps(measure(json.loads(file.read_text()))))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
