"""Request bodies: one JSON object, bounded, in UTF-8."""

import json
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from rest_framework.parsers import BaseParser

from backend.api import errors

# 10,000 characters of text are at most 120,000 bytes of JSON when each is escaped as a surrogate pair.
MAX_BODY = 256 * 1024  # bytes


class StrictJSONParser(BaseParser):
    """Raises InvalidJson or BodyTooLarge. NaN and infinities are no JSON (RFC 8259, 6)."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        body = stream.read(MAX_BODY + 1)
        if len(body) > MAX_BODY:
            raise errors.BodyTooLarge(f"The body is larger than {MAX_BODY} bytes.")
        try:
            data = json.loads(body.decode(), parse_constant=_refuse)
        except (ValueError, RecursionError) as fault:
            raise errors.InvalidJson from fault
        if not isinstance(data, dict):
            raise errors.InvalidJson
        return data


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)
