"""Answers come late to whoever asks too fast or goes on after refusals, and to nobody else."""

import asyncio
from typing import Any

import pytest

from backend.live import tarpit
from backend.live.bounds import LIFTED, Bounds
from backend.live.clients import Clients, credential_key
from backend.live.shares import ALWAYS, STRANGER
from backend.live.tarpit import FREE, PEERS_MAX, REFUSAL, Tarpit
from tests.support.asgi import Heard
from tests.unit.test_gate import in_a_loop, settle

AT_ONCE = int(FREE * STRANGER.request_rate)
ALLOWANCE = 5  # requests that time passing lets through beside


class Door:
    """A tarpit in front of an application that answers everything with one status; token 7 is user 7's."""

    def __init__(self, status: int = 200, bounds: Bounds = Bounds()) -> None:  # noqa: B008  (immutable)
        self.status = status
        self.entered = 0
        clients = Clients(lambda key, client: None, bounds)
        clients.accept(credential_key(b"7", b"") or b"", 7)
        self.tarpit = Tarpit(self._app, clients, lambda scope: scope["address"])

    async def _app(self, scope: Any, receive: Any, send: Any) -> None:
        self.entered += 1
        await send({"type": "http.response.start", "status": self.status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    def ask(self, count: int, *, token: bytes = b"", address: str = "a", **scope: Any) -> "list[asyncio.Task[Heard]]":
        async def asked() -> Heard:
            heard = Heard()
            headers = [(b"authorization", token)] if token else []
            given = {"path": "/", "headers": headers, "address": address, **scope}
            await self.tarpit(given, None, heard.take)  # type: ignore[arg-type]
            return heard

        return [asyncio.create_task(asked()) for _ in range(count)]


@pytest.mark.parametrize("token", [b"", b"7", b"junk"])
@in_a_loop
async def test_a_burst_is_answered_at_once_and_a_flood_late(token: bytes) -> None:
    door = Door()
    flood = door.ask(AT_ONCE + 100, token=token)
    await settle()
    assert AT_ONCE <= door.entered <= AT_ONCE + ALLOWANCE
    [other] = door.ask(1, address="b")
    await settle()
    assert other.done(), "others are not concerned"
    [own] = door.ask(1, token=b"" if token == b"7" else b"7")
    await settle()
    assert own.done(), "nor is a person whose address floods"
    assert {(await task).status for task in flood} == {200}, "nobody is refused"


@in_a_loop
async def test_many_new_browsers_at_one_address_load_the_page_at_once() -> None:
    door = Door()
    door.ask(100 * 50, path="/static/app.0123abcd.js")
    await settle()
    assert door.entered == 100 * 50


@pytest.mark.parametrize("status", [429, 503])
@in_a_loop
async def test_refusals_come_late_after_a_few(status: int) -> None:
    door = Door(status)
    flood = door.ask(100)
    await settle()
    at_once = sum(task.done() for task in flood)
    assert at_once == pytest.approx(FREE / REFUSAL, abs=8)
    assert {(await task).status for task in flood} == {status}


@in_a_loop
async def test_nothing_is_late_with_lifted_bounds_or_of_what_was_held() -> None:
    lifted, held = Door(bounds=LIFTED), Door()
    lifted.ask(AT_ONCE * 2, token=b"7")
    held.ask(AT_ONCE * 2, **{ALWAYS: True})
    await settle()
    assert (lifted.entered, held.entered) == (AT_ONCE * 2, AT_ONCE * 2)
    lifted.ask(AT_ONCE * 2)
    await settle()
    assert lifted.entered < AT_ONCE * 3 + ALLOWANCE, "strangers' bounds are never lifted"


@in_a_loop
async def test_so_many_wait_and_the_connections_of_the_others_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tarpit, "WAITING_MAX", 20)
    door = Door()
    answers = await asyncio.gather(*door.ask(AT_ONCE + 100))
    refused = [answer for answer in answers if answer.status != 200]
    assert {(answer.status, answer.fields["connection"]) for answer in refused} == {(429, "close")}
    assert 100 - 20 - ALLOWANCE <= len(refused) <= 80
    door.status = 503
    late = await asyncio.gather(*door.ask(100, address="b"))
    assert {answer.fields.get("connection") for answer in late} == {None, "close"}


@in_a_loop
async def test_it_remembers_so_many_peers() -> None:
    door = Door()
    for number in range(PEERS_MAX + 50):
        await door.tarpit._owe(number, 0.1)
    assert len(door.tarpit._free_at) == PEERS_MAX
