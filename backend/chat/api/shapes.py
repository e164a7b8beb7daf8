"""The shapes of docs/protocol.md, for the OpenAPI document, and what goes in."""

from typing import Any

from rest_framework import serializers

from backend.accounts.api import Person
from backend.accounts.mailboxes import EMAIL_MAX
from backend.api.serializers import Body, Boolean, Integer, Line, PageQuery, StrictSerializer, Text, Uuid
from backend.chat.models import (
    GROUP_MAX,
    NOTE_MAX,
    RETENTION_DAYS_MAX,
    TEXT_MAX,
    TITLE_MAX,
    Conversation,
    Participant,
    Report,
)

PARTICIPANTS_MAX = GROUP_MAX - 1  # besides the one who asks
WAIT_MAX = 25  # seconds
QUERY_MAX = 200  # characters of a search


class Reaction(serializers.Serializer[object]):
    """An emoji and who chose it, in the order in which they did."""

    emoji = serializers.CharField()
    users = serializers.ListField(child=serializers.IntegerField())


class M(serializers.Serializer[object]):
    """A message."""

    seq = serializers.IntegerField()
    rev = serializers.IntegerField()
    client_id = serializers.UUIDField()
    sender = Person()
    text = serializers.CharField()
    created_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(allow_null=True)
    deleted = serializers.BooleanField()
    reply_to = serializers.IntegerField(allow_null=True)
    attachments = serializers.ListField(child=serializers.DictField())
    reactions = Reaction(many=True)


class Reader(Person):
    """A participant. `look_alike`: the name of another one looks the same."""

    is_staff = serializers.BooleanField()
    look_alike = serializers.BooleanField()
    read_seq = serializers.IntegerField(allow_null=True)


class Notifications(serializers.Serializer[object]):
    level = serializers.ChoiceField(Participant.Level.choices)
    muted_until = serializers.DateTimeField(allow_null=True)


class Request(serializers.Serializer[object]):
    """Who asks the reader to join the conversation."""

    by = Person()


class C(serializers.Serializer[object]):
    """A conversation, as the reader sees it."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(Conversation.Kind.choices)
    title = serializers.CharField()
    owner = serializers.IntegerField(allow_null=True)
    rev = serializers.IntegerField()
    last_seq = serializers.IntegerField()
    unread = serializers.IntegerField()
    read_seq = serializers.IntegerField()
    participants = Reader(many=True)
    last_message = M(allow_null=True)
    notifications = Notifications()
    updated_at = serializers.DateTimeField()
    retention_days = serializers.IntegerField(allow_null=True)
    request = Request(allow_null=True)
    blocked = serializers.ListField(child=serializers.IntegerField())


class Conversations(serializers.Serializer[object]):
    conversations = C(many=True)
    next = serializers.IntegerField(allow_null=True)


class Messages(serializers.Serializer[object]):
    messages = M(many=True)
    cursor = serializers.IntegerField()
    last_seq = serializers.IntegerField()
    has_more = serializers.BooleanField()


class Sync(serializers.Serializer[object]):
    cursor = serializers.IntegerField()
    conversations = C(many=True)
    left = serializers.ListField(child=serializers.IntegerField())
    messages = M(many=True)
    after = serializers.IntegerField()
    last_seq = serializers.IntegerField(required=False)
    typing = Person(many=True)
    has_more = serializers.BooleanField()


class ReadSeq(serializers.Serializer[object]):
    read_seq = serializers.IntegerField()


class Unread(ReadSeq):
    unread = serializers.IntegerField()


class Found(serializers.Serializer[object]):
    """A message that was searched for, and where it stands."""

    conversation = serializers.IntegerField()
    message = M()


class FoundMessages(serializers.Serializer[object]):
    results = Found(many=True)
    next = serializers.IntegerField(allow_null=True)


class People(serializers.Serializer[object]):
    users = Person(many=True)


class Blocked(Person):
    since = serializers.DateTimeField()


class Blocks(serializers.Serializer[object]):
    blocks = Blocked(many=True)


class ReportId(serializers.Serializer[object]):
    id = serializers.IntegerField()


class UsersQuery(StrictSerializer):
    q = Text(max_length=EMAIL_MAX, allow_blank=True, default="")


class RequestInput(StrictSerializer):
    accept = Boolean()


class ReportInput(StrictSerializer):
    reason = serializers.ChoiceField(Report.Reason.choices)
    note = Body(max_length=NOTE_MAX, allow_blank=True, default="")


class ConversationInput(StrictSerializer):
    kind = serializers.ChoiceField(Conversation.Kind.choices)
    participants = serializers.ListField(child=Integer(min_value=1), min_length=1, max_length=PARTICIPANTS_MAX + 1)
    title = Line(max_length=TITLE_MAX, allow_blank=True, default="")


class ConversationChange(StrictSerializer):
    title = Line(max_length=TITLE_MAX, allow_blank=True, required=False)
    retention_days = Integer(min_value=1, max_value=RETENTION_DAYS_MAX, allow_null=True, required=False)


class ParticipantInput(StrictSerializer):
    user = Integer(min_value=1)


class TextInput(StrictSerializer):
    text = Body(max_length=TEXT_MAX)


class MessageInput(TextInput):
    client_id = Uuid()
    reply_to = Integer(min_value=1, allow_null=True, default=None)


class ReadInput(StrictSerializer):
    seq = Integer(min_value=0)


class UnreadInput(StrictSerializer):
    seq = Integer(min_value=1)


class NotificationsInput(StrictSerializer):
    level = serializers.ChoiceField(Participant.Level.choices)
    muted_until = serializers.DateTimeField(allow_null=True, default=None)


class MessagesQuery(PageQuery):
    after = Integer(required=False)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {**super().get_fields(), "from": Integer(min_value=1, required=False)}  # a word of Python's own


class SearchQuery(PageQuery):
    q = Text(max_length=QUERY_MAX)
    conversation = Integer(min_value=1, required=False)


class SyncQuery(StrictSerializer):
    cursor = Integer(required=False)
    conversation = Integer(min_value=1, required=False)
    after = Integer(required=False)
    visible = Integer(max_value=1, default=0)
    wait = Integer(max_value=WAIT_MAX, default=0)
