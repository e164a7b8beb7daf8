"""What a page of the DRF baseline asks."""

import json
from typing import Any

from bench.harness import http


def poll(person: dict[str, Any], *, behind: int = 0) -> bytes:
    """What is new since the last message seen; `behind` > 0: there is something."""
    # Ids of one conversation do not follow each other, but no other lies between these two.
    return _get(person, f"/api/messages/?conversation={person['conversation']}&after={person['last'] - behind}")


def page(person: dict[str, Any]) -> bytes:
    return _get(person, f"/api/messages/?conversation={person['conversation']}")


def send(person: dict[str, Any], text: str) -> bytes:
    body = json.dumps({"conversation": person["conversation"], "text": text}).encode()
    cookies = f"sessionid={person['cookie']}; csrftoken={person['csrf']}"
    return http.raw("POST", "/api/messages/", {"Cookie": cookies, "X-CSRFToken": person["csrf"]}, body)


def _get(person: dict[str, Any], path: str) -> bytes:
    return http.raw("GET", path, {"Cookie": f"sessionid={person['cookie']}"})
