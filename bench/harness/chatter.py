"""One person who chats, as a process of its own: `python -m bench.harness.chatter FILE` prints how long it took."""

import asyncio
import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.harness import http
from bench.harness.readers import Reader

EVERY = 0.3  # seconds between two turns; a turn is a send and the poll that brings it
TEXT = "Thank you, that helps."


async def chat(port: int, seconds: float, reader: Reader) -> dict[str, list[Any]]:
    """Milliseconds of each `send` and each `poll`, and the status and path of each answer that was `refused`."""
    took: dict[str, list[Any]] = {"send": [], "poll": [], "refused": []}
    connection = await http.connect(port)
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        begun = time.monotonic()
        await _timed(connection, reader.send(TEXT), took, "send")
        answer = await _timed(connection, reader.poll(), took, "poll")
        if answer.status == 200:
            news = answer.json()
            reader = replace(reader, cursor=news["cursor"], after=news["after"], etag=answer.fields.get("etag", ""))
        await asyncio.sleep(max(0.0, begun + EVERY - time.monotonic()))
    await connection.close()
    return took


async def _timed(connection: http.Connection, request: bytes, took: dict[str, list[Any]], kind: str) -> http.Answer:
    begun = time.perf_counter()
    answer = await connection.ask(request)
    took[kind].append(1000 * (time.perf_counter() - begun))
    if answer.status >= 400:
        took["refused"].append([answer.status, kind])
    return answer


def main(file: Path) -> None:
    wanted = json.loads(file.read_text())
    took = asyncio.run(chat(wanted["port"], wanted["seconds"], Reader(**wanted["reader"])))
    file.write_text(json.dumps(took))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
