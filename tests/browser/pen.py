"""Somebody who writes and reads without a browser, over HTTP: Django's ORM refuses to work beside Playwright."""

import uuid
from typing import Any

from tests.support.hark import Hark
from tests.support.http import request


class Pen:
    """One user with a bearer token."""

    def __init__(self, hark: Hark, token: str) -> None:
        self._hark = hark
        self._token = token

    def say(self, conversation: int, text: str) -> None:
        path = f"/api/v1/conversations/{conversation}/messages"
        body = {"client_id": str(uuid.uuid4()), "text": text}
        answer = request(self._hark.port, "POST", path, token=self._token, body=body)
        assert answer.status == 201, answer.body

    def texts(self, conversation: int) -> list[str]:
        """Of the newest 200 messages."""
        path = f"/api/v1/conversations/{conversation}/messages?limit=200"
        answer = request(self._hark.port, "GET", path, token=self._token)
        messages: list[dict[str, Any]] = answer.json()["messages"]
        return [message["text"] for message in messages]
