"""Requests to a running web process."""

import http.client
import json
from contextlib import closing
from dataclasses import dataclass
from typing import Any

TIMEOUT = 40  # seconds: a poll may be held for 25


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: http.client.HTTPMessage

    def json(self) -> Any:
        return json.loads(self.body)


def request(
    port: int, method: str, path: str, *, token: str = "", body: Any = None, etag: str = "", **fields: str
) -> Answer:
    """Ask on a connection of its own; `fields` are further header fields, with _ for -.

    Raises OSError or http.client.HTTPException when no answer comes.
    """
    headers = {name.replace("_", "-"): value for name, value in fields.items()}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    if etag:
        headers["If-None-Match"] = etag
    content = None
    if body is not None:
        content, headers["Content-Type"] = json.dumps(body), "application/json"
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)) as connection:
        connection.request(method, path, content, headers)
        response = connection.getresponse()
        return Answer(response.status, response.read(), response.headers)
