"""OpenAPI 3.1: what drf-spectacular cannot see by itself."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers


class Problem(serializers.Serializer[object]):
    """application/problem+json (RFC 9457). `code` is stable; `parameter` names what was wrong in the input."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    parameter = serializers.CharField(required=False)


class Schema(AutoSchema):
    """Adds the problem answer to each operation."""

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction=direction)
        problem: dict[str, Any] = self._get_response_for_code(  # type: ignore[no-untyped-call]
            Problem, "default", media_types=["application/problem+json"]
        )
        return {**bodies, "default": {**problem, "description": "Anything else is a problem."}}
