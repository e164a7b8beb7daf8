"""A client that polls a running web process, one request after the other."""

from typing import Any
from urllib.parse import urlencode

from tests.support.http import Answer, request


class Poller:
    """One device of one person. Keeps its position and the ETag it was given there."""

    def __init__(self, port: int, token: str, conversation: int | None = None) -> None:
        self.port = port
        self.token = token
        self.position: dict[str, int] = {"conversation": conversation, "after": 0} if conversation else {}
        self.etag = ""
        self.texts: list[str] = []

    def poll(self, **options: Any) -> Answer:
        """`options` are wait and visible. Takes what a 200 brings."""
        query = urlencode({**self.position, **options})
        answer = request(self.port, "GET", f"/api/v1/sync?{query}", token=self.token, etag=self.etag)
        if answer.status == 200:
            news = answer.json()
            self.position["cursor"] = news["cursor"]
            if "conversation" in self.position:
                self.position["after"] = news["after"]
            self.texts += [message["text"] for message in news["messages"]]
            self.etag = answer.headers["ETag"] or ""
        return answer

    def settle(self) -> None:
        """Poll until there is nothing new, so that the gate knows this poll."""
        while self.poll().status != 304:
            pass
