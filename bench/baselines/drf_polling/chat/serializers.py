from django.contrib.auth.models import User
from rest_framework import serializers

from bench.baselines.drf_polling.chat.models import Message


class SenderSerializer(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = ["id", "username"]


class MessageSerializer(serializers.ModelSerializer[Message]):
    """What a page needs of a message: as much as Hark's M tells."""

    sender = SenderSerializer(read_only=True)

    class Meta:
        model = Message
        fields = [
            "id",
            "conversation",
            "client_id",
            "sender",
            "text",
            "reply_to",
            "created_at",
            "edited_at",
            "deleted_at",
        ]
        read_only_fields = ["edited_at", "deleted_at"]
