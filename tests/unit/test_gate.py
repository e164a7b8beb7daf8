"""The gate alone: what it answers itself, what it holds, and what it leaves to Django."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

import pytest

from backend.live.admission import Admission
from backend.live.bounds import Bounds
from backend.live.gate import Gate
from backend.live.memory import Memory
from backend.live.tarpit import Tarpit
from tests.support.asgi import Client, Django

IDLE = "cursor=5"
STATE = '"5"'
PATIENCE = 10  # seconds until a test gives up


def in_a_loop(test: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    """Run the test in an event loop."""

    @wraps(test)
    def run(*args: Any, **kwargs: Any) -> None:
        asyncio.run(asyncio.wait_for(test(*args, **kwargs), PATIENCE))

    return run


def parts(**options: Any) -> tuple[Django, Gate, Client]:
    django = Django()
    memory = Memory(Bounds())
    admission = Admission(django, memory.clients, peer_of, threads=options.pop("threads", 4))
    gate = Gate(Tarpit(admission, memory.clients, peer_of), admission, memory, **options)
    return django, gate, Client(gate)


def peer_of(scope: Any) -> str:
    return "192.0.2.7"


async def settle() -> None:
    """Let everything run that can."""
    for _ in range(20):
        await asyncio.sleep(0)


@in_a_loop
async def test_what_django_said_once_is_said_again_without_it() -> None:
    django, gate, client = parts()
    first = await client.get(IDLE, STATE)
    again = await client.get(IDLE, STATE)
    assert (first.status, again.status, django.asked) == (304, 304, 1)
    assert {name: again.fields[name] for name in ("etag", "cache-control", "vary")} == {
        "etag": STATE,
        "cache-control": "private, no-cache",
        "vary": "Cookie",
    }
    assert "x-frame-options" not in again.fields, "a 304 repeats only what a cache needs"
    assert 20 < float(again.fields["x-poll-interval"]) < 40
    assert gate.unchanged == 1


@in_a_loop
async def test_an_answer_with_news_teaches_the_poll_that_comes_next() -> None:
    django, _, client = parts()
    news = await client.get("cursor=3&visible=1")
    assert (news.status, news.body, news.fields["x-frame-options"]) == (200, b"{}", "DENY")
    assert (await client.get("visible=1&cursor=5", STATE)).status == 304
    assert django.asked == 1


@in_a_loop
async def test_the_order_of_parameters_does_not_matter() -> None:
    django, _, client = parts()
    await client.get("visible=0&cursor=5&wait=0", STATE)
    for query in ("cursor=5", "cursor=5&visible=1", "wait=0&visible=1&cursor=5"):
        assert (await client.get(query, STATE)).status == 304
    assert django.asked == 1


@pytest.mark.parametrize("etag", ['"4"', 'W/"5"', '"4", "5"', "*", "5", "", '"' + "5" * 5000])
@in_a_loop
async def test_any_other_etag_is_for_django(etag: str) -> None:
    django, _, client = parts()
    await client.get(IDLE, STATE)
    await client.get(IDLE, etag)
    assert django.asked == 2


@pytest.mark.parametrize(
    "query",
    [
        "cursor=4",
        "cursor=05",
        "cursor=5&cursor=5",
        "cursor=5&x=1",
        "cursor=5&wait=26",
        "cursor=5&wait=-1",
        "cursor=5&wait=",
        "cursor=5&wait=1&wait=1",
        "cursor=5&visible=2",
        "cursor=5&visible=yes",
        "",
    ],
)
@in_a_loop
async def test_any_other_query_is_for_django(query: str) -> None:
    django, _, client = parts()
    await client.get(IDLE, STATE)
    assert (await client.get(query, STATE)).status, "it is answered"
    assert django.asked == 2


@pytest.mark.parametrize(
    "other",
    [{"cookie": "sessionid=2"}, {"authorization": "Bearer hark_x"}, {"origin": "https://other.example"}],
    ids=["cookie", "token", "origin"],
)
@in_a_loop
async def test_the_etag_of_another_is_worth_nothing(other: dict[str, str]) -> None:
    django, _, client = parts()
    await client.get(IDLE, STATE)
    await client.get(IDLE, STATE, **other)
    assert django.asked == 2


@in_a_loop
async def test_a_credential_cannot_be_spelled_as_two_others() -> None:
    django, gate, _ = parts()
    one, other = Client(gate, "a"), Client(gate, "b")
    one.fields = {"cookie": "ab", "authorization": "c"}
    other.fields = {"cookie": "a", "authorization": "bc"}
    await one.get(IDLE, STATE)
    await other.get(IDLE, STATE)
    assert django.asked == 2


@in_a_loop
async def test_only_a_get_is_answered_from_memory() -> None:
    django, _, client = parts()
    await client.get(IDLE, STATE)
    for method in ("HEAD", "POST", "OPTIONS"):
        assert (await client.get(IDLE, STATE, method=method)).status == 304, "passed on as it came"
    assert django.asked == 4


@in_a_loop
async def test_news_that_arrives_while_django_computes_is_not_forgotten() -> None:
    django, gate, client = parts()

    async def meanwhile() -> None:
        django.before_answering = None
        django.rev = 6
        gate.memory.hear(1, 6)

    django.before_answering = meanwhile
    assert (await client.get(IDLE, STATE)).status == 304, "true when Django looked"
    assert (await client.get(IDLE, STATE)).status == 200, "and not true any more"


@in_a_loop
async def test_a_poll_is_held_until_there_is_news() -> None:
    django, gate, client = parts()
    await client.get(IDLE, STATE)
    held = asyncio.create_task(client.get(f"{IDLE}&wait=25", STATE))
    await settle()
    assert (held.done(), gate.held, django.asked) == (False, 1, 1)
    gate.memory.hear(2, 99)
    await settle()
    assert not held.done()
    django.rev = 6
    gate.memory.hear(1, 6)
    answer = await held
    assert (answer.status, answer.fields["etag"], gate.held, django.asked) == (200, '"6"', 0, 2)
    assert float(answer.fields["x-poll-interval"]) < 0.2


@pytest.mark.parametrize(("etag", "status"), [(STATE, 304), ("", 200)])
@in_a_loop
async def test_a_poll_is_held_no_longer_than_it_asks_for(etag: str, status: int) -> None:
    _, gate, client = parts()
    started = asyncio.get_running_loop().time()
    answer = await client.get(f"{IDLE}&wait=1", etag)
    assert asyncio.get_running_loop().time() - started >= 1
    assert (answer.status, gate.held) == (status, 0)


@in_a_loop
async def test_a_held_poll_goes_on_when_it_was_woken_for_nothing() -> None:
    django, gate, client = parts()
    django.names = ("typing:7",)
    held = asyncio.create_task(client.get(f"{IDLE}&wait=25", STATE))
    await settle()
    gate.memory.hear("typing:7")
    await settle()
    assert (held.done(), gate.held, django.asked) == (False, 1, 2)
    gate.drain()
    assert (await held).status == 304


@in_a_loop
async def test_django_looks_again_when_what_was_known_is_no_longer_certain() -> None:
    django, gate, client = parts()
    django.lasts = 0.2
    held = asyncio.create_task(client.get(f"{IDLE}&wait=25", STATE))
    await settle()
    assert django.asked == 1
    django.rev = 6
    assert (await held).status == 200


@in_a_loop
async def test_an_answer_holds_no_longer_than_it_says() -> None:
    django, _, client = parts()
    django.lasts = 0.05
    await client.get(IDLE, STATE)
    await client.get(IDLE, STATE)
    assert django.asked == 1
    await asyncio.sleep(0.1)
    await client.get(IDLE, STATE)
    assert django.asked == 2


@in_a_loop
async def test_whoever_has_old_news_is_not_held() -> None:
    django, gate, client = parts()
    assert (await client.get("cursor=3&wait=25", '"3"')).status == 200
    assert (await client.get("wait=25")).status == 200
    assert (await client.get(f"{IDLE}&wait=25", '"typing has changed"')).status == 200
    assert gate.held == 0


@in_a_loop
async def test_a_held_poll_ends_when_its_client_goes_away() -> None:
    django, gate, client = parts()
    held = asyncio.create_task(client.get(f"{IDLE}&wait=25", STATE))
    await settle()
    client.leave.set()
    answer = await held
    assert (answer.status, gate.held, gate.counts["gone"]) == (0, 0, 1)
    gate.memory.hear(1, 6)
    await settle()
    assert django.asked == 1, "nobody waits for the news any more"


@in_a_loop
async def test_no_more_are_held_than_the_bound_and_the_others_come_less_often() -> None:
    _, gate, _ = parts(held_max=2)
    clients = [Client(gate, f"sessionid={number}") for number in range(3)]
    held = [asyncio.create_task(client.get(f"{IDLE}&wait=25&visible=1", STATE)) for client in clients[:2]]
    await settle()
    answer = await clients[2].get(f"{IDLE}&wait=25&visible=1", STATE)
    assert (answer.status, gate.held) == (304, 2)
    assert float(answer.fields["x-poll-interval"]) > 3
    gate.drain()
    assert [answer.status for answer in await asyncio.gather(*held)] == [304, 304]


@in_a_loop
async def test_a_process_that_is_about_to_end_answers_all_and_holds_nobody() -> None:
    django, gate, _ = parts()
    django.each_their_own = True
    clients = [Client(gate, f"sessionid={number}") for number in range(50)]
    held = [asyncio.create_task(client.get(f"{IDLE}&wait=25", STATE)) for client in clients]
    await settle()
    assert gate.held == 50
    gate.drain()
    answers = await asyncio.gather(*held)
    assert {(answer.status, answer.fields["connection"]) for answer in answers} == {(304, "close")}
    assert (await clients[0].get(f"{IDLE}&wait=25", STATE)).status == 304


@pytest.mark.parametrize(
    "how",
    [
        lambda number: {"query": f"cursor={number}"},
        lambda number: {"query": IDLE, "etag": STATE, "method": "HEAD"},
        lambda number: {"query": IDLE, "etag": STATE, "origin": "https://" + "x" * 300},
        lambda number: {"query": "x=" + "x" * 2000},
        lambda number: {"query": "wait=none"},
        lambda number: {"path": f"/api/v1/conversations/{number}/messages"},
        lambda number: {"path": f"/api/v1/conversations/{'0' * 200}{number}/messages", "query": "limit=200"},
    ],
    ids=["any cursor", "HEAD", "a long origin", "a long query", "no such wait", "a path in turn", "a long path"],
)
@in_a_loop
async def test_a_tight_loop_is_slowed_whatever_it_asks_and_costs_nothing(how: Callable[[int], dict[str, Any]]) -> None:
    django, gate, client = parts()
    await client.get(IDLE, STATE)
    for number in range(3 * int(Bounds().poll_burst)):  # time that passes lets a few more through
        answer = await client.get(**{"query": "", "etag": '"wrong"', **how(number)})
        if answer.status == 429:
            break
    assert answer.status == 429
    assert 2 <= int(answer.fields["retry-after"]) <= 6
    assert b'"code":"too_many_requests"' in answer.body
    assert (await client.get("", path="/api/v1/me")).status == 200, "what is no poll is not counted"
    django.user_id = 2
    assert (await Client(gate, "sessionid=2").get(IDLE, STATE)).status == 304, "others are not concerned"


async def wait_for(event: asyncio.Event) -> None:
    await event.wait()


@in_a_loop
async def test_polls_woken_by_news_leave_threads_to_others() -> None:
    django, gate, _ = parts(threads=4)
    django.each_their_own = True
    clients = [Client(gate, f"sessionid={number}") for number in range(20)]
    held = [asyncio.create_task(client.get(f"{IDLE}&wait=25", STATE)) for client in clients]
    await settle()
    go_on = asyncio.Event()
    django.before_answering = lambda: wait_for(go_on)
    before, django.rev = django.asked, 6
    for number in range(20):
        gate.memory.hear(number, 6)
    await settle()
    assert django.asked - before == 2, "two of four threads"
    send = asyncio.create_task(client_post(clients[0]))
    await settle()
    assert django.asked - before == 3, "a send goes ahead of those that wait"
    go_on.set()
    await send
    assert {answer.status for answer in await asyncio.gather(*held)} == {200}, "none of them is turned away"


async def client_post(client: Client) -> None:
    await client.get("", method="POST", path="/api/v1/conversations/7/messages")


@in_a_loop
async def test_presence_is_noted_for_visible_polls_and_while_they_are_held() -> None:
    _, gate, client = parts()
    await client.get(IDLE, STATE)
    assert gate.lookers.take(0) == set()
    await client.get(f"{IDLE}&visible=1", STATE)
    assert gate.lookers.take(1) == {(1, "7")}
    held = asyncio.create_task(client.get(f"{IDLE}&visible=1&wait=25", STATE))
    await settle()
    assert gate.lookers.take(2) == set(), "not every second"
    assert gate.lookers.take(1000) == {(1, "7")}, "but before they would count as away"
    gate.drain()
    await held
    assert gate.lookers.take(2000) == set(), "they have gone"
