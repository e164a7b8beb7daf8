"""A flood by strangers at a real server takes nothing from people. Counts, not times."""

import asyncio
import gzip
from collections import Counter
from contextlib import suppress

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.test import Client

from backend.accounts.models import User
from backend.accounts.services import user_create
from tests.conftest import PASSWORD, make_staff, token_of
from tests.support.gauges import gauges
from tests.support.hark import Hark
from tests.support.http import Answer, request

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = b"GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Language: %s\r\n%s\r\n"
LANGUAGES = (b"en", b"es", b"ar", b"fr-CH, es;q=0.5")


class Flood:
    """Connections that ask for the same again and again, as fast as they are answered; what they were answered."""

    def __init__(self) -> None:
        self.statuses: Counter[int] = Counter()
        self._tasks: list[asyncio.Task[None]] = []

    def begin(self, port: int, path: str, count: int, fields: bytes = b"") -> None:
        for number in range(count):
            asked = PAGE % (path.encode(), LANGUAGES[number % 4], fields.replace(b"{}", b"%d" % number))
            self._tasks.append(asyncio.create_task(self._ask(port, asked)))

    async def end(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _ask(self, port: int, asked: bytes) -> None:
        while True:
            with suppress(OSError, EOFError):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                try:
                    while True:
                        writer.write(asked)
                        head = await reader.readuntil(b"\r\n\r\n")
                        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
                        await reader.readexactly(length)
                        self.statuses[int(head.split()[1])] += 1
                finally:
                    writer.close()


def use(port: int, token: str, direct: int, times: int) -> list[int]:
    """The statuses of what a signed-in person does, again and again."""
    paths = ["/api/v1/me", "/api/v1/sync", f"/api/v1/conversations/{direct}/messages", "/api/v1/conversations"]
    return [request(port, "GET", path, token=token).status for _ in range(times) for path in paths]


@pytest.mark.parametrize("cookie", [b"", b"Cookie: sessionid=junk{}\r\n"], ids=["without a credential", "with junk"])
def test_floods_on_readyz_and_a_page_do_not_refuse_a_person(
    hark: Hark, alice: User, direct: int, cookie: bytes
) -> None:
    hark.start("web")
    token = token_of(alice)
    assert set(use(hark.port, token, direct, 1)) == {200}, "the gate knows her now"

    async def attack() -> tuple[list[int], Counter[int]]:
        flood = Flood()
        flood.begin(hark.port, "/readyz", 120, cookie)
        flood.begin(hark.port, "/accessibility", 150, cookie)
        while flood.statuses.total() < 300:
            await asyncio.sleep(0.05)
        try:
            return await asyncio.to_thread(use, hark.port, token, direct, 15), flood.statuses
        finally:
            await flood.end()

    mine, theirs = asyncio.run(attack())
    assert mine == [200] * len(mine)
    assert theirs.keys() <= {200, 429, 503}
    make_staff(alice)
    found = gauges(hark.port, token)
    assert found['hark_gate_class_refused_total{class="members"}'] == 0
    if cookie:
        assert found['hark_gate_class_refused_total{class="pages"}'] > 0
    else:
        assert found['hark_gate_class_entered_total{class="pages"}'] < 20, "one page a language is asked of Django"


def test_what_is_the_same_for_all_strangers_is_asked_of_django_once(hark: Hark, alice: User) -> None:
    hark.start("web")
    make_staff(alice)
    staff = token_of(alice)
    paths = ["/healthz", "/sw.js", "/manifest.webmanifest", "/accessibility"]
    for path in paths:
        request(hark.port, "GET", path)
    before = gauges(hark.port, staff)["hark_gate_asked_total"]
    for path in paths:
        answers = [request(hark.port, "GET", path) for _ in range(5)]
        theirs = Client().get(path)
        assert {answer.body for answer in answers} == {theirs.content}
        assert {name.lower() for name in theirs.headers} <= {name.lower() for name in answers[-1].headers}
        assert request(hark.port, "HEAD", path).headers["Content-Length"] == str(len(theirs.content))
    assert gauges(hark.port, staff)["hark_gate_asked_total"] == before + 1, "the question for the metrics itself"
    assert request(hark.port, "POST", "/healthz").status in (403, 405)


def test_a_page_is_kept_in_each_language(hark: Hark) -> None:
    hark.start("web")
    for _ in range(2):
        for asked, word in (("es-MX, en;q=0.3", "Accesibilidad"), ("ar", "إمكانية الوصول"), ("fr", "Accessibility")):
            answer = request(hark.port, "GET", "/accessibility", accept_language=asked)
            assert f"<h1>{word}</h1>" in answer.body.decode(), asked


def test_static_files_need_no_django(hark: Hark, alice: User) -> None:
    hark.start("web")
    make_staff(alice)
    staff = token_of(alice)
    path = staticfiles_storage.url("core/emitter.js")
    before = gauges(hark.port, staff)["hark_gate_asked_total"]
    plain, packed = (request(hark.port, "GET", path, accept_encoding=encoding) for encoding in ("", "gzip"))
    assert (plain.status, packed.status, packed.headers["Content-Encoding"]) == (200, 200, "gzip")
    assert gzip.decompress(packed.body) == plain.body
    for answer in (plain, packed):
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    again = request(hark.port, "GET", path, etag=packed.headers["ETag"])
    assert (again.status, again.body) == (304, b"")
    head = request(hark.port, "HEAD", path)
    assert (head.body, head.headers["Content-Length"]) == (b"", str(len(plain.body)))
    assert gauges(hark.port, staff)["hark_gate_asked_total"] == before + 1
    assert request(hark.port, "GET", path, range="bytes=0-3").body == plain.body[:4]
    assert request(hark.port, "GET", "/static/nothing.js").status == 404


def test_readyz_tells_a_stranger_no_words_and_staff_all(hark: Hark) -> None:
    staff = token_of(user_create(email="ops@example.com", name="Ops", password=PASSWORD, is_staff=True))
    member = token_of(user_create(email="m@example.com", name="M", password=PASSWORD))
    hark.start("web", REDIS_URL="redis://127.0.0.1:1/0")

    def checks(answer: Answer) -> dict[str, str]:
        assert (answer.status, answer.json()["status"]) == (200, "degraded")
        assert "no-store" in answer.headers["Cache-Control"]
        return dict(answer.json()["checks"])

    for token in ("", member, "junk"):
        words = checks(request(hark.port, "GET", "/readyz", token=token))
        assert words == {"database": "ok", "migrations": "ok", "redis": "failing", "worker": "ok"}
    assert "127.0.0.1:1" in checks(request(hark.port, "GET", "/readyz", token=staff))["redis"]
    assert "readyz: redis: ConnectionError" in hark.log("web")
