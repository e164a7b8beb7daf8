"""What goes in: strict fields and serializers. Nothing is trimmed, guessed or converted between JSON types."""

from functools import cache
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request

from backend.api import errors
from backend.api.text import UnclearText, body_check, line_clean

BIGINT_MAX = 2**63 - 1


class Text(serializers.CharField):
    """A JSON string without NUL and without lone surrogates, as it was sent. Blank is refused.

    For secrets, addresses and what is asked for only: what other people see is a Line or a Body.
    """

    default_error_messages = {"invalid": "This must be a string."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if isinstance(data, str) and not self.allow_blank and not data.strip():
            self.fail("blank")
        return super().run_validation(data)


class Line(Text):
    """A name or a title that others see: one line in NFC, without what is not seen (see `api/text.py`)."""

    def to_internal_value(self, data: Any) -> str:
        line = super().to_internal_value(data)
        try:
            return line_clean(line)
        except UnclearText as fault:
            raise serializers.ValidationError(str(fault)) from fault


class Body(Text):
    """A text of several lines that others see, as it was sent: it shows something, and has no control characters."""

    def to_internal_value(self, data: Any) -> str:
        body = super().to_internal_value(data)
        try:
            body_check(body)
        except UnclearText as fault:
            raise serializers.ValidationError(str(fault)) from fault
        return body


class Integer(serializers.IntegerField):
    """A JSON integer (no string, no boolean, no fraction); in a query string, decimal digits."""

    def __init__(self, *, min_value: int = 0, max_value: int = BIGINT_MAX, **kwargs: Any) -> None:
        super().__init__(min_value=min_value, max_value=max_value, **kwargs)

    def to_internal_value(self, data: Any) -> int:
        digits = (
            isinstance(data, str) and getattr(self.root, "from_query", False) and data.removeprefix("-").isdecimal()
        )
        if isinstance(data, bool) or not (isinstance(data, int) or (digits and data.isascii())):
            self.fail("invalid")
        return super().to_internal_value(data)


class Boolean(serializers.BooleanField):
    """A JSON boolean: no number and no word that stands for one."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Uuid(serializers.UUIDField):
    """A UUID (RFC 9562) as a string."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


class StrictSerializer(serializers.Serializer[Any]):
    """Input that refuses what it does not know."""

    from_query = False

    @classmethod
    def of_body(cls, request: Request, *, partial: bool = False) -> dict[str, Any]:
        """The checked body. Raises InvalidParameter or UnknownParameter."""
        return cls._checked(request.data or {}, partial=partial)

    @classmethod
    def of_query(cls, request: Request) -> dict[str, Any]:
        """The checked query string; a parameter given twice is refused."""
        for name, values in request.query_params.lists():
            if len(values) > 1:
                raise errors.InvalidParameter(name, "This was given more than once.")
        return cls._checked(request.query_params.dict(), from_query=True)

    @classmethod
    def _checked(cls, data: Any, **how: bool) -> dict[str, Any]:
        serializer = _serializer(cls, **how)
        for name in data:
            if name not in serializer.fields:
                raise errors.UnknownParameter(name)
        return dict(serializer.run_validation(data))


@cache
def _serializer(kind: type[StrictSerializer], *, partial: bool = False, from_query: bool = False) -> StrictSerializer:
    """One for all requests: it holds no data, and `run_validation` changes nothing in it. Copying fields is slow."""
    serializer = kind(partial=partial)
    serializer.from_query = from_query
    return serializer


class NothingInput(StrictSerializer):
    """A body or a query that holds nothing."""


class PageQuery(StrictSerializer):
    """`limit` 1..200 (default 50) and `before`."""

    limit = Integer(min_value=1, max_value=200, default=50)
    before = Integer(min_value=1, required=False)
