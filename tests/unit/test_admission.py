"""Who may enter Django, who waits, and who is refused: no class and no peer takes the share of another."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest

from backend.api.vouching import PERSON_SLOT
from backend.live.admission import Admission
from backend.live.bounds import LIFTED, Bounds
from backend.live.clients import Clients, credential_key
from backend.live.shares import ALWAYS, STRANGER, STRANGERS_THREADS, Kind
from tests.support.asgi import Heard
from tests.unit.test_gate import in_a_loop, settle

THREADS = 10
BOUNDS = Bounds()
SEND = ("POST", "/api/v1/conversations/7/messages")


@dataclass
class Slow:
    """A Django whose answers come when `go_on` is set; who is in there, and who was, in order."""

    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    inside: Counter[str] = field(default_factory=Counter)
    most: int = 0
    entered: list[str] = field(default_factory=list)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        who = dict(scope["headers"]).get(b"authorization", scope["address"].encode()).decode()
        self.inside[who] += 1
        self.most = max(self.most, self.inside.total())
        self.entered.append(f"{who} {scope['path']}")
        scope[PERSON_SLOT] = int(who) if who.isdigit() else None
        try:
            await self.go_on.wait()
        finally:
            self.inside[who] -= 1
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


class Hall:
    """An admission with a slow Django behind it, which knows people by the token that is their user id."""

    def __init__(self, known: int = 0, threads: int = THREADS) -> None:
        self.django = Slow()
        self.clients = Clients(lambda key, client: None, BOUNDS)
        for user_id in range(1, known + 1):
            self.clients.accept(credential_key(str(user_id).encode(), b"") or b"", user_id)
        self.admission = Admission(self.django, self.clients, lambda scope: scope["address"], threads=threads)

    def ask(
        self, path: str, *, token: str = "", address: str = "192.0.2.7", method: str = "GET", **scope: Any
    ) -> "asyncio.Task[Heard]":
        headers = [(b"authorization", token.encode())] if token else []
        given = {"path": path, "method": method, "headers": headers, "address": address, **scope}
        return asyncio.create_task(self._asked(given))

    async def _asked(self, scope: dict[str, Any]) -> Heard:
        heard = Heard()
        await self.admission(scope, None, heard.take)  # type: ignore[arg-type]
        return heard

    def refused(self, kind: Kind) -> int:
        return self.admission.lines[kind].refused


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/readyz", Kind.HEALTH),
        ("/accessibility", Kind.PAGES),
        ("/admin/login/", Kind.PAGES),
        ("/api/v1/auth/login", Kind.ANONYMOUS),
    ],
)
@pytest.mark.parametrize("credential", ["", "junk"])
@in_a_loop
async def test_a_stranger_s_flood_is_refused_and_takes_nothing_from_people(
    path: str, kind: Kind, credential: str
) -> None:
    hall = Hall(known=3)
    token = iter(range(10**6))
    flood = [hall.ask(path, token=f"{credential}{next(token)}x" if credential else "") for _ in range(150)]
    await settle()
    assert hall.django.inside.total() <= STRANGER.threads
    assert hall.refused(kind) >= 150 - STRANGER.threads - STRANGER.waiting
    assert hall.admission.lines[kind].waiting <= STRANGER.waiting
    people = [hall.ask("/api/v1/me", token=str(user_id)) for user_id in (1, 2, 3)]
    await settle()
    assert all(hall.django.inside[str(user_id)] == 1 for user_id in (1, 2, 3)), "they are inside at once"
    assert hall.admission.load == 0
    hall.django.go_on.set()
    assert {task.result().status for task in await done(people)} == {200}
    assert {task.result().status for task in await done(flood)} <= {200, 429, 503}


async def done(tasks: "list[asyncio.Task[Heard]]") -> "list[asyncio.Task[Heard]]":
    await asyncio.gather(*tasks)
    return tasks


@in_a_loop
async def test_strangers_of_many_addresses_and_all_kinds_leave_most_threads_to_people() -> None:
    hall = Hall(known=20)
    flood = [
        hall.ask(path, address=f"192.0.2.{number}")
        for number in range(200)
        for path in ("/readyz", "/accessibility", "/api/v1/auth/login")
    ]
    await settle()
    assert hall.django.inside.total() == STRANGERS_THREADS + 1, "one of them looks at the health"
    people = [hall.ask(path, token=str(1 + number), method=method) for number, (method, path) in enumerate([SEND] * 7)]
    await settle()
    assert hall.django.inside.total() == THREADS
    hall.django.go_on.set()
    assert {task.result().status for task in await done(people)} == {200}
    answers = [task.result() for task in await done(flood)]
    refused = [answer for answer in answers if answer.status != 200]
    assert {answer.status for answer in refused} == {503}
    assert all(1 <= int(answer.fields["retry-after"]) <= 6 for answer in refused)


@in_a_loop
async def test_a_refusal_is_a_problem_under_the_api_and_a_page_elsewhere() -> None:
    hall = Hall()
    for path in ("/api/v1/me", "/accessibility"):
        flood = [hall.ask(path) for _ in range(100)]
        await settle()
        refused = next(task.result() for task in flood if task.done())
        assert refused.status == 429 and int(refused.fields["retry-after"]) >= 1
        if path.startswith("/api/"):
            assert b'"code":"too_many_at_once"' in refused.body
            assert refused.fields["content-type"] == "application/problem+json"
        else:
            assert refused.fields["content-type"].startswith("text/html")
            assert "default-src 'none'" in refused.fields["content-security-policy"]
        hall.django.go_on.set()
        await done(flood)
        hall.django.go_on.clear()


@in_a_loop
async def test_a_person_has_four_threads_whatever_they_ask_and_a_few_places() -> None:
    hall = Hall(known=2)
    paths = [SEND, ("GET", "/api/v1/search"), ("POST", "/api/v1/conversations"), ("GET", "/admin/")]
    flood = [hall.ask(path, token="1", method=method) for _ in range(30) for method, path in paths]
    woken = [hall.ask("/api/v1/sync", token="1", **{ALWAYS: True}) for _ in range(20)]
    await settle()
    assert hall.django.inside["1"] == BOUNDS.threads
    other = hall.ask("/api/v1/me", token="2")
    await settle()
    assert hall.django.inside["2"] == 1
    hall.django.go_on.set()
    assert (await other).status == 200
    assert Counter(task.result().status for task in await done(flood)).keys() == {200, 429}
    assert {task.result().status for task in await done(woken)} == {200}, "what was held is never refused"


@in_a_loop
async def test_sends_are_not_behind_others_who_wait() -> None:
    hall = Hall(known=40, threads=2)
    pages = [hall.ask("/accessibility", address=f"192.0.2.{number}") for number in range(60)]
    reads = [hall.ask("/api/v1/search", token=str(user_id)) for user_id in range(1, 31)]
    await settle()
    sends = [hall.ask(SEND[1], token=str(user_id), method="POST") for user_id in range(31, 41)]
    await settle()
    hall.django.go_on.set()
    await done([*pages, *reads, *sends])
    order = [number for number, who in enumerate(hall.django.entered) if who.endswith("/messages")]
    assert order[-1] < 30, "ten sends have entered before the queue that was there before them was half over"
    assert hall.django.most == 2


@in_a_loop
async def test_peers_of_one_class_take_turns() -> None:
    hall = Hall(known=2, threads=2)
    first = [hall.ask("/api/v1/me", token="1") for _ in range(20)]
    await settle()
    second = hall.ask("/api/v1/me", token="2")
    await settle()
    hall.django.go_on.set()
    await done([*first, second])
    assert hall.django.entered.index("2 /api/v1/me") <= 3


@in_a_loop
async def test_who_gives_up_while_waiting_leaves_no_trace() -> None:
    hall = Hall(threads=1)
    tasks = [hall.ask("/accessibility") for _ in range(10)]
    await settle()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    lines = hall.admission.lines.values()
    assert [(line.running, line.waiting, len(line.peers)) for line in lines] == [(0, 0, 0)] * len(Kind)
    assert (hall.admission._running, hall.admission._strangers, hall.admission._of_peer) == (0, 0, Counter())
    hall.django.go_on.set()
    assert (await hall.ask("/accessibility")).status == 200


@in_a_loop
async def test_a_client_that_does_not_read_holds_no_place() -> None:
    hall = Hall(known=1)
    hall.django.go_on.set()
    never = asyncio.Event()

    async def unread(message: Any) -> None:
        await never.wait()

    headers = [(b"authorization", b"1")]
    scope = {"path": "/api/v1/me", "method": "GET", "headers": headers, "address": ""}
    unread_ones = [
        asyncio.create_task(hall.admission({**scope, "headers": fields}, None, unread))  # type: ignore[arg-type]
        for fields in ([], headers)
        for _ in range(20)
    ]
    await settle()
    assert (hall.admission._running, hall.admission._strangers, hall.admission._of_peer) == (0, 0, Counter())
    for task in unread_ones:
        task.cancel()
    await asyncio.gather(*unread_ones, return_exceptions=True)
    assert hall.admission._running == 0, "and gives none back twice"


@in_a_loop
async def test_a_health_check_passes_strangers_who_fill_their_threads() -> None:
    hall = Hall()
    for number in range(STRANGERS_THREADS * 2):
        hall.ask("/accessibility", address=f"192.0.2.{number}")
        hall.ask("/api/v1/auth/login", address=f"192.0.2.{number}")
    await settle()
    hall.ask("/readyz", address="198.51.100.1")
    await settle()
    assert hall.django.entered[-1] == "198.51.100.1 /readyz"


@in_a_loop
async def test_polls_with_news_that_wait_when_the_process_ends_are_left_to_the_gate() -> None:
    hall = Hall(known=40)
    woken = [hall.ask("/api/v1/sync", token=str(1 + number), **{ALWAYS: True}) for number in range(40)]
    await settle()
    hall.admission.drain()
    woken.append(hall.ask("/api/v1/sync", token="1", **{ALWAYS: True}))
    await settle()
    hall.django.go_on.set()
    assert Counter(task.result().status for task in await done(woken)) == {200: THREADS - 2, 0: 41 - (THREADS - 2)}
    assert (hall.admission.lines[Kind.NEWS].waiting, hall.admission._running) == (0, 0)


@in_a_loop
async def test_a_credential_counts_as_its_address_until_django_has_accepted_it() -> None:
    hall = Hall()
    hall.django.go_on.set()
    await hall.ask("/api/v1/me", token="5")
    assert hall.admission.lines[Kind.ANONYMOUS].entered == 1
    await hall.ask("/api/v1/me", token="5")
    await hall.ask("/accessibility", token="5")
    assert hall.admission.lines[Kind.MEMBERS].entered == 2


def test_lifted_bounds_let_one_person_have_everything() -> None:
    assert LIFTED.threads > THREADS and LIFTED.held > 10_000
