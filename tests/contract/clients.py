"""Who talks to the server under test: API consumers with a token, and browsers with cookies."""

import json
from typing import Any

from django.test import Client
from django.utils.crypto import get_random_string

from backend.accounts.models import User
from tests import conftest
from tests.support.wire import Answer, Wire

CSRF_SECRET_LENGTH = 32
_wire: Wire | None = None


def use(wire: Wire | None) -> None:
    """From now on all of them talk over these connections."""
    global _wire
    _wire = wire


def ask(method: str, target: str, body: Any = None, **headers: str) -> Answer:
    """The server's answer. What is no bytes is sent as JSON; the body's type is JSON unless a header says else."""
    assert _wire, "no server is running for this test"
    if body is not None:
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **headers}
    return _wire.request(method, target, body, headers)


class Api(conftest.Api):
    """The same over HTTP: JSON in, JSON out, as one user with a bearer token, or as nobody."""

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        return ask(method.upper(), f"/api/v1/{path}", body, **{**self._headers, **headers})


class Browser:
    """Keeps the cookies it is given. Signed in if there is a user."""

    def __init__(self, user: User | None = None) -> None:
        self.cookies: dict[str, str] = {}
        if user:
            client = Client()
            client.force_login(user)
            secret = get_random_string(CSRF_SECRET_LENGTH)
            self.cookies = {"sessionid": client.cookies["sessionid"].value, "csrftoken": secret}

    @classmethod
    def at_the_page(cls) -> "Browser":
        """Nobody's, with the page open: it has the CSRF cookie."""
        browser = cls()
        browser.get("/")
        return browser

    def get(self, target: str, **headers: str) -> Answer:
        return self.request("GET", target, **headers)

    def send(self, method: str, target: str, body: Any, **headers: str) -> Answer:
        """A request of the page's, which repeats the CSRF cookie in a header (unless one is given)."""
        return self.request(method, target, body, **{"X-CSRFToken": self.cookies["csrftoken"], **headers})

    def request(self, method: str, target: str, body: Any = None, **headers: str) -> Answer:
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = ask(method.upper(), target, body, **headers)
        for name, cookie in answer.cookies.items():
            self.cookies[name] = cookie.value
        self.cookies = {name: value for name, value in self.cookies.items() if value}  # deleted ones are empty
        return answer
