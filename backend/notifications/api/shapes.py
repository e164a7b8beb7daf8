"""The shapes of docs/protocol.md, for the OpenAPI document, and what goes in."""

import re
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from backend.api.serializers import Boolean, Integer, StrictSerializer
from backend.chat.api.shapes import C
from backend.notifications.models import DELAY_MAX
from backend.notifications.reach import State
from backend.notifications.verdicts import Channel, Verdict

TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")  # 00:00 to 23:59


class QuietHours(serializers.Serializer[object]):
    """From `start` to `end` in the person's time zone, over midnight if it ends before it starts."""

    start = serializers.RegexField(TIME)
    end = serializers.RegexField(TIME)


class EmailSuppressed(serializers.Serializer[object]):
    reason = serializers.CharField()
    since = serializers.DateTimeField()


class Defaults(serializers.Serializer[object]):
    push_delay = serializers.IntegerField()
    email_delay = serializers.IntegerField()
    email_delay_with_push = serializers.IntegerField()


class NotificationSettings(serializers.Serializer[object]):
    """What somebody wants. Delays are seconds; null: as the house has it, which is in `defaults`."""

    email = serializers.BooleanField()
    push = serializers.BooleanField()
    email_delay = serializers.IntegerField(allow_null=True)
    push_delay = serializers.IntegerField(allow_null=True)
    quiet_hours = QuietHours(allow_null=True)
    hide_content = serializers.BooleanField()
    email_suppressed = EmailSuppressed(allow_null=True)
    defaults = Defaults()


class MutedConversations(serializers.Serializer[object]):
    conversations = C(many=True)


class Titled(serializers.Serializer[object]):
    id = serializers.IntegerField()
    title = serializers.CharField()


class LogEntry(serializers.Serializer[object]):
    """What became of a notification. `text` says it in the reader's language; `conversation` is null for a test."""

    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    channel = serializers.ChoiceField(Channel.choices)
    verdict = serializers.ChoiceField(Verdict.choices)
    conversation = Titled(allow_null=True)
    count = serializers.IntegerField()
    until = serializers.DateTimeField(allow_null=True)
    detail = serializers.CharField()
    text = serializers.CharField()


class NotificationsLog(serializers.Serializer[object]):
    entries = LogEntry(many=True)
    next = serializers.IntegerField(allow_null=True)


class ReachOfOne(serializers.Serializer[object]):
    """What became of one's newest message for one other person."""

    user = serializers.IntegerField()
    state = serializers.ChoiceField(State.choices)
    channel = serializers.ChoiceField(Channel.choices, allow_null=True)
    at = serializers.DateTimeField(allow_null=True)


class Reach(serializers.Serializer[object]):
    reach = ReachOfOne(many=True)


@extend_schema_field(QuietHours)
class QuietHoursInput(serializers.Field[tuple[int, int], Any, Any, Any]):
    """{"start":"22:00","end":"08:00"} becomes (1320, 480): minutes after midnight."""

    # DRF fills in braces.
    default_error_messages = {"invalid": 'This must be null or {{"start":"22:00","end":"08:00"}}, two different times.'}

    def to_internal_value(self, data: Any) -> tuple[int, int]:
        if not isinstance(data, dict) or set(data) != {"start", "end"}:
            self.fail("invalid")
        start, end = self._minutes(data["start"]), self._minutes(data["end"])
        if start == end:
            self.fail("invalid")
        return start, end

    def _minutes(self, value: Any) -> int:
        time = TIME.fullmatch(value) if isinstance(value, str) else None
        if time is None:
            self.fail("invalid")
        return int(time[1]) * 60 + int(time[2])


class SettingsInput(StrictSerializer):
    email = Boolean()
    push = Boolean()
    email_delay = Integer(max_value=DELAY_MAX, allow_null=True)
    push_delay = Integer(max_value=DELAY_MAX, allow_null=True)
    quiet_hours = QuietHoursInput(allow_null=True)
    hide_content = Boolean()


class TestInput(StrictSerializer):
    channel = serializers.ChoiceField(Channel.choices)
    subscription = Integer(min_value=1, required=False)
