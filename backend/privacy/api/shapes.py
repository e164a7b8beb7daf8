"""The shapes of docs/protocol.md, for the OpenAPI document, and what goes in."""

from typing import Any

from rest_framework import serializers

from backend.accounts.api import Person
from backend.accounts.models import CODE_MAX, PASSWORD_MAX
from backend.api.serializers import StrictSerializer, Text
from backend.privacy.links import export_path
from backend.privacy.models import Export


class ConfirmationInput(StrictSerializer):
    """The person proves themselves again."""

    password = Text(max_length=PASSWORD_MAX)
    code = Text(max_length=CODE_MAX, allow_blank=True, default="")  # of the second factor


class AuditEntry(serializers.Serializer[object]):
    """What happened to an account; `detail` depends on `event`."""

    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    event = serializers.CharField()
    actor = Person(allow_null=True)
    detail = serializers.DictField()


class AuditPage(serializers.Serializer[object]):
    entries = AuditEntry(many=True)
    next = serializers.IntegerField(allow_null=True)


class ExportItem(serializers.Serializer[object]):
    """An export: `url` while its file is there."""

    id = serializers.IntegerField()
    state = serializers.ChoiceField(Export.State.choices)
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    size = serializers.IntegerField(allow_null=True)
    url = serializers.CharField(allow_null=True)


class Exports(serializers.Serializer[object]):
    exports = ExportItem(many=True)


def export_json(export: Export) -> dict[str, Any]:
    """Of a ready one whose time is over, `state` is expired, whether its file has been deleted by now or not."""
    url = export_path(export)
    is_over = export.state == Export.State.READY and url is None
    return {
        "id": export.id,
        "state": Export.State.EXPIRED if is_over else export.state,
        "created_at": export.created_at,
        "expires_at": export.expires_at,
        "size": export.size,
        "url": url,
    }
