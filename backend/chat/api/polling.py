"""What the two polls have in common: how an answer may be kept, when to come again, and a word to the gate."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.etags import etag_matches
from backend.live.pace import poll_interval
from backend.live.presence import presence_note
from backend.live.watch import Watch, tell_gate

KEPT_AS = {"Cache-Control": "private, no-cache", "Vary": "Cookie, Authorization"}


def poll_response(request: Request, watch: Watch, answer: dict[str, Any] | None, *, visible: bool = False) -> Response:
    """200 with the answer, or 304 (RFC 9110, 15.4.5) without one.

    Through a gate the reader's presence is the gate's to note, and the pace the gate's to set.
    """
    if not tell_gate(request, watch) and visible:
        presence_note([(watch.user_id, watch.where)])
    headers = {**KEPT_AS, "X-Poll-Interval": f"{poll_interval(visible=visible):.2f}"}
    if watch.etag is not None:
        headers["ETag"] = watch.etag
    return Response(answer, status=200 if answer is not None else 304, headers=headers)


def is_unchanged(request: Request, etag: str) -> bool:
    """Whether the client holds this state already (RFC 9110, 13.1.2)."""
    return etag_matches(request.headers.get("If-None-Match", ""), etag)
