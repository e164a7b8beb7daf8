import uuid

from django.contrib.auth.models import User
from django.db import models


class Conversation(models.Model):
    participants = models.ManyToManyField(User, related_name="conversations")

    def __str__(self) -> str:
        return f"conversation {self.pk}"


class Message(models.Model):
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="messages", db_index=False)
    sender = models.ForeignKey(User, models.PROTECT, related_name="+")
    client_id = models.UUIDField(default=uuid.uuid4)
    text = models.TextField(max_length=10_000)
    reply_to = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+", db_index=False)
    created_at = models.DateTimeField(auto_now_add=True)
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["conversation", "id"], name="message_poll")]

    def __str__(self) -> str:
        return f"message {self.pk}"
