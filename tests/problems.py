"""What every error looks like."""

from typing import Any


def assert_problem(response: Any, status: int, code: str, parameter: str | None = None) -> None:
    """The response is a problem (RFC 9457) with this status and code, and names this parameter or none."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert set(body) - {"parameter"} == {"type", "title", "status", "detail", "code"}
    assert (body["code"], body.get("parameter")) == (code, parameter), body
    assert (body["status"], body["type"]) == (status, "about:blank")
    assert body["title"] and body["detail"]
