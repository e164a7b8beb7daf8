"""What people were told, or not. docs/notifications.md tells how a row goes through its states."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from backend.chat.models import Conversation
from backend.notifications.verdicts import Verdict


class Burst(models.Model):
    """All that one person missed in one conversation since they were last told: one decision, one email.

    `first_seq`..`last_seq` is set by the claim and stays once a send was begun: a retry is the same email.
    """

    class State(models.TextChoices):
        OPEN = "open"
        CLOSED = "closed"

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="+")
    first_seq = models.BigIntegerField(null=True)
    last_seq = models.BigIntegerField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    verdict = models.CharField(max_length=16, choices=Verdict.choices, blank=True)  # the last one
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)  # a worker has it; after that, another may
    lease_token = models.UUIDField(null=True)
    attempt = models.IntegerField(default=0)  # claims since it was last deferred
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "conversation"], condition=Q(state="open"), name="burst_one_open"
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="open"), name="burst_due"),
            models.Index(fields=["recipient", "conversation", "-last_seq"], name="burst_covered"),
        ]

    def __str__(self) -> str:
        return f"burst {self.id} for user {self.recipient_id}"


class Delivery(models.Model):
    """One way of telling about a burst. Made before the send, so that a crash leaves a trace of the try."""

    class State(models.TextChoices):
        SENDING = "sending"
        SENT = "sent"
        RETRY = "retry"
        FAILED = "failed"

    burst = models.ForeignKey(Burst, models.CASCADE, related_name="deliveries", db_index=False)
    channel = models.CharField(max_length=8)
    address = models.CharField(max_length=254)
    state = models.CharField(max_length=8, choices=State.choices)
    error = models.TextField(blank=True)  # what the other side said
    message_id = models.CharField(max_length=255)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [models.UniqueConstraint(fields=["burst", "channel", "address"], name="delivery_once")]

    def __str__(self) -> str:
        return f"{self.channel} to {self.address}: {self.state}"
