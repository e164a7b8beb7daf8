"""What is the same for all strangers is asked of Django once."""

import asyncio
import logging
from typing import Any

import pytest

from backend.config.shared_answers import SharedAnswers, language_of
from backend.live.shares import ALWAYS
from tests.support.asgi import Heard
from tests.unit.test_gate import in_a_loop, settle


class Pages:
    """A Django whose answers come when `go_on` is set."""

    def __init__(self, status: int = 200, fault: Exception | None = None, cookie: bool = False) -> None:
        self.go_on = asyncio.Event()
        self.status = status
        self.fault = fault
        self.fields = [(b"set-cookie", b"csrftoken=1")] if cookie else []
        self.asked: list[dict[str, Any]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.asked.append(scope)
        await self.go_on.wait()
        if self.fault:
            raise self.fault
        await send({"type": "http.response.start", "status": self.status, "headers": self.fields})
        await send({"type": "http.response.body", "body": b"page"})


def ask(app: SharedAnswers, path: str = "/readyz", method: str = "GET", **fields: str) -> "asyncio.Task[Heard]":
    async def asked() -> Heard:
        heard = Heard()
        headers = [(name.replace("_", "-").encode(), value.encode()) for name, value in fields.items()]
        scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": headers}
        await app({**scope, "client": ("192.0.2.7", 1), "scheme": "http"}, None, heard.take)  # type: ignore[arg-type]
        return heard

    return asyncio.create_task(asked())


@in_a_loop
async def test_all_who_come_meanwhile_wait_for_one_answer() -> None:
    django = Pages()
    app = SharedAnswers(django, {"/readyz": 2.0})
    tasks = [ask(app, method=method) for method in ["GET", "HEAD"] * 60]
    await settle()
    tasks[0].cancel()
    await settle()
    assert len(django.asked) == 1
    django.go_on.set()
    answers = await asyncio.gather(*tasks[1:])
    assert {(answer.status, answer.body) for answer in answers} == {(200, b"page"), (200, b"")}
    await ask(app)
    assert len(django.asked) == 1
    assert django.asked[0][ALWAYS], "not refused while strangers' places are full"


@in_a_loop
async def test_no_client_has_a_part_in_the_answer_of_others() -> None:
    django = Pages()
    django.go_on.set()
    app = SharedAnswers(django, {"/accessibility": 9.0})
    await ask(app, "/accessibility", host="evil.example", x_forwarded_host="evil.example", accept_language="es-MX")
    [asked] = django.asked
    assert dict(asked["headers"]).keys() == {b"host", b"accept-language"}
    assert dict(asked["headers"])[b"accept-language"] == b"es"
    assert b"evil" not in dict(asked["headers"])[b"host"]


@pytest.mark.parametrize("fields", [{"cookie": "sessionid=1"}, {"authorization": "Bearer x"}])
@in_a_loop
async def test_whoever_shows_a_credential_is_for_django(fields: dict[str, str]) -> None:
    django = Pages()
    django.go_on.set()
    app = SharedAnswers(django, {"/readyz": 2.0})
    for _ in range(3):
        await ask(app, **fields)
    assert len(django.asked) == 3


@in_a_loop
async def test_an_answer_that_sets_a_cookie_or_is_another_one_is_not_shared() -> None:
    for django in (Pages(cookie=True), Pages(status=400), Pages(status=301)):
        django.go_on.set()
        app = SharedAnswers(django, {"/readyz": 2.0})
        for _ in range(3):
            await ask(app)
        assert len(django.asked) == 6, "once to share it, and once for whoever asks"


@in_a_loop
async def test_a_refusal_is_kept_only_where_answers_age() -> None:
    django = Pages(status=503)
    django.go_on.set()
    app = SharedAnswers(django, {"/readyz": 60.0, "/sw.js": float("inf")})
    for path in ("/readyz", "/readyz", "/sw.js", "/sw.js"):
        assert (await ask(app, path)).status == 503
    assert len(django.asked) == 3


def test_a_fault_is_told_once_and_not_raised_for_all_who_wait(caplog: pytest.LogCaptureFixture) -> None:
    async def run() -> list[Any]:
        django = Pages(fault=ValueError("no manifest"))
        app = SharedAnswers(django, {"/readyz": 2.0})
        tasks = [ask(app) for _ in range(50)]
        await settle()
        django.go_on.set()
        return await asyncio.gather(*tasks, return_exceptions=True)

    with caplog.at_level(logging.ERROR):
        faults = asyncio.run(run())
    assert len(faults) == 50 and all(isinstance(fault, ValueError) for fault in faults)
    assert len([record for record in caplog.records if "no answer to share" in record.message]) == 1


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("", "en"),
        ("es-MX,en;q=0.3", "es"),
        ("fr, ar;q=0.5", "ar"),
        ("*", "en"),
        ("x" * 9999, "en"),
        ("en;q=0.2, es;q=0.9", "es"),
    ],
)
def test_the_language_is_the_one_that_django_finds(asked: str, language: str) -> None:
    assert language_of({"headers": [(b"accept-language", asked.encode())]}) == language
