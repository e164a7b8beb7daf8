"""What one person, one address or one credential may take of the gate."""

import asyncio

import pytest

from backend.live.bounds import Bounds
from backend.live.clients import Clients, credential_key
from backend.live.polls import PATH_MAX, QUERY_MAX, read_poll, read_query
from tests.support.asgi import Client as Asker
from tests.unit.test_gate import IDLE, STATE, in_a_loop, parts, settle

BOUNDS = Bounds()


@in_a_loop
async def test_a_person_holds_so_many_polls_and_the_next_is_answered_at_once_and_comes_less_often() -> None:
    django, gate, _ = parts()
    clients = [Asker(gate, f"sessionid={number}") for number in range(BOUNDS.held + 1)]
    held = [asyncio.create_task(client.get(f"{IDLE}&wait=25&visible=1", STATE)) for client in clients[:-1]]
    await settle()
    answer = await clients[-1].get(f"{IDLE}&wait=25&visible=1", STATE)
    assert (answer.status, gate.held) == (304, BOUNDS.held)
    assert float(answer.fields["x-poll-interval"]) > 3
    assert gate.counts["not_held"] == 1
    django.user_id = 2
    other = asyncio.create_task(Asker(gate, "sessionid=other").get(f"{IDLE}&wait=25", STATE))
    await settle()
    assert gate.held == BOUNDS.held + 1, "others are not concerned"
    gate.drain()
    await asyncio.gather(*held, other)
    assert not gate.memory.clients._people[1].held


@in_a_loop
async def test_one_token_holds_no_more_polls_than_its_person() -> None:
    _, gate, client = parts()
    held = [asyncio.create_task(client.get(f"{IDLE}&wait=25", STATE)) for _ in range(60)]
    await settle()
    assert gate.held == BOUNDS.held
    gate.drain()
    await asyncio.gather(*held)


@pytest.mark.parametrize(
    "junk",
    [
        {"cookie": "sessionid=1; junk={}"},
        {"cookie": "a{}=b; sessionid=1"},
        {"cookie": "xsessionid={}; sessionid=1"},
        {"cookie": "sessionid={}; sessionid=1"},
        {"cookie": "sessionid=1", "user-agent": "{}"},
    ],
)
@in_a_loop
async def test_junk_beside_a_credential_makes_no_other_client(junk: dict[str, str]) -> None:
    django, gate, client = parts()
    await client.get(IDLE, STATE)
    for number in range(30):
        client.fields = {name: value.format(number) for name, value in junk.items()}
        assert (await client.get(IDLE, STATE)).status == 304
    assert (len(gate.memory.clients), django.asked) == (1, 1)


@in_a_loop
async def test_credentials_that_django_does_not_accept_take_no_place() -> None:
    django, gate, client = parts()
    await client.get(IDLE, STATE)
    django.accepts = False
    for number in range(50):
        await Asker(gate, f"sessionid=junk{number}").get("", path="/api/v1/me")
        await Asker(gate, "").get("", path="/api/v1/me", authorization=f"Bearer {number}")
    assert len(gate.memory.clients) == 1


@in_a_loop
async def test_a_credential_that_django_no_longer_accepts_is_forgotten() -> None:
    django, gate, client = parts()
    await client.get("", path="/api/v1/me")
    assert len(gate.memory.clients) == 1
    django.looks = False
    for path in ("/admin/", "/api/nothing", "/api/v1/me"):
        await client.get("", path=path)
    assert len(gate.memory.clients) == 1, "a page, a 404 or a 503 says nothing of a credential"
    django.looks, django.accepts = True, False
    await client.get("", path="/api/v1/me")
    assert len(gate.memory.clients) == 0
    assert gate.memory.clients._people == {}


@in_a_loop
async def test_an_answer_for_one_site_is_not_given_to_another_and_sites_make_no_clients() -> None:
    django, gate, client = parts()
    await client.get(IDLE, STATE, origin="https://one.example")
    assert django.asked == 1
    await client.get(IDLE, STATE, origin="https://one.example")
    assert django.asked == 1
    for number in range(30):
        await client.get(IDLE, STATE, origin=f"https://{number}.example")
    assert django.asked == 31
    assert len(gate.memory.clients) == 1


def test_many_credentials_of_one_person_displace_nobody_else() -> None:
    dropped: list[bytes] = []
    clients = Clients(lambda key, client: dropped.append(key), BOUNDS, clients_max=100)
    clients.accept(b"laptop", 1)
    for number in range(500):
        clients.accept(b"token %d" % number, 2)
    assert clients.get(b"laptop")
    assert len(clients) == 1 + BOUNDS.credentials
    assert len(dropped) == 500 - BOUNDS.credentials


def test_a_credential_is_one_key_and_two_are_two() -> None:
    keys = {
        credential_key(b"", b"sessionid=ab"),
        credential_key(b"", b"sessionid=a"),
        credential_key(b"sessionid=ab", b""),
        credential_key(b"ab", b"sessionid=ab"),
        credential_key(b"Bearer ab", b""),
    }
    assert len(keys) == 5
    assert credential_key(b"x", b"sessionid=ab") == credential_key(b"x", b"sessionid=other")
    assert credential_key(b"", b"csrftoken=1") is None
    assert credential_key(b"", b"xsessionid=1") is None
    for spelled in (b"a=b;sessionid=ab", b"a=b;\t sessionid=ab", b"sessionid=x; sessionid=ab; c=d"):
        assert credential_key(b"", spelled) == credential_key(b"", b"sessionid=ab")


@pytest.mark.parametrize(
    ("path", "query"),
    [("/api/v1/sync", b"x" * (QUERY_MAX + 1)), ("/api/" + "x" * PATH_MAX, b""), ("/accessibility", b"cursor=5")],
)
def test_nothing_is_kept_of_a_long_query_or_path_or_of_what_is_no_api(path: str, query: bytes) -> None:
    before = read_query.cache_info()
    scope = {"path": path, "query_string": query, "headers": [(b"authorization", b"Bearer x")]}
    assert read_poll(scope) is None
    assert read_query.cache_info() == before


def test_a_query_of_usual_length_is_kept_and_a_longer_one_is_only_read() -> None:
    before = read_query.cache_info().currsize
    for number in range(20):
        query = b"cursor=%d&x=%s" % (number, b"x" * 500)
        scope = {"path": "/api/v1/sync", "query_string": query, "headers": [(b"authorization", b"Bearer x")]}
        assert read_poll(scope)
    assert read_query.cache_info().currsize == before
