"""Answers as JSON, by orjson."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class JSONRenderer(BaseRenderer):
    """UTF-8 JSON; times as RFC 3339 in UTC."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        return b"" if data is None else orjson.dumps(data, default=str, option=orjson.OPT_UTC_Z)


class LenientNegotiation(DefaultContentNegotiation):
    """Answers what there is to a client that accepts none of it, as RFC 9110, 12.4.1 allows.

    So where there is one renderer, as nearly everywhere, there is nothing to negotiate.
    """

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        first, *others = renderers
        if not others:
            return first, first.media_type
        try:
            chosen: tuple[BaseRenderer, str] = super().select_renderer(request, [first, *others], format_suffix)
            return chosen
        except NotAcceptable:
            return first, first.media_type
