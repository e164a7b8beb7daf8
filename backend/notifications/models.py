"""What people want to be told, what they are owed and what they were told. docs/notifications.md tells the story."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now

from backend.accounts.mailboxes import EMAIL_MAX
from backend.accounts.models import Session
from backend.chat.models import Conversation
from backend.notifications.verdicts import Channel, Verdict

MINUTES_A_DAY = 24 * 60
DELAY_MAX = 24 * 3600  # seconds
ENDPOINT_MAX = 1000  # characters; the longest known are about 700
ERROR_MAX = 500  # characters kept of what the other side said


class NotificationSettings(models.Model):
    """What somebody wants. Its row is also the lock under which all is decided about them: one worker at a time."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    email = models.BooleanField(default=True, db_default=True)
    push = models.BooleanField(default=True, db_default=True)
    email_delay = models.IntegerField(null=True)  # seconds from the first unread message; null: as the house has it
    push_delay = models.IntegerField(null=True)
    quiet_start = models.IntegerField(null=True)  # minutes after midnight, in the user's time zone
    quiet_end = models.IntegerField(null=True)
    hide_content = models.BooleanField(default=False, db_default=False)  # tell that there is something, not what

    class Meta:
        verbose_name_plural = "notification settings"
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_start__isnull=True, quiet_end__isnull=True)
                | Q(quiet_start__range=(0, MINUTES_A_DAY - 1), quiet_end__range=(0, MINUTES_A_DAY - 1))
                & ~Q(quiet_start=F("quiet_end")),
                name="settings_quiet_hours",
            ),
            models.CheckConstraint(
                condition=(Q(email_delay__isnull=True) | Q(email_delay__range=(0, DELAY_MAX)))
                & (Q(push_delay__isnull=True) | Q(push_delay__range=(0, DELAY_MAX))),
                name="settings_delays",
            ),
        ]

    def __str__(self) -> str:
        return f"settings of user {self.user_id}"


class PushSubscription(models.Model):
    """A browser that takes pushes (RFC 8030) for whoever is signed in there. Signing out ends the session and this."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="push_subscriptions")
    session = models.ForeignKey(Session, models.CASCADE, null=True, related_name="+")  # null: made with a token
    endpoint = models.CharField(max_length=ENDPOINT_MAX, unique=True)
    p256dh = models.CharField(max_length=88)  # the browser's public key, base64url (RFC 8291)
    auth = models.CharField(max_length=24)  # its secret, base64url
    name = models.CharField(max_length=100)  # "Firefox on Linux"
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    seen_at = models.DateTimeField(db_default=Now())  # when that browser last said that it is there
    failing_since = models.DateTimeField(null=True)  # of faults that may pass
    failures = models.IntegerField(default=0, db_default=0)

    def __str__(self) -> str:
        return f"{self.name} of user {self.user_id}"


class Suppression(models.Model):
    """An address that gets no mail: its server said that there is no such mailbox."""

    email = models.EmailField(max_length=EMAIL_MAX, unique=True)
    reason = models.CharField(max_length=ERROR_MAX)  # in the words of the server
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(email=Lower("email")), name="suppression_email_lower")]

    def __str__(self) -> str:
        return self.email


class Burst(models.Model):
    """All that one person is owed in one conversation. Open until every channel has told of it, or need not.

    `first_seq`..`last_seq` is what was looked at last; messages that come while it is open join it.
    """

    class State(models.TextChoices):
        OPEN = "open"
        CLOSED = "closed"

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="+")
    first_seq = models.BigIntegerField(null=True)
    last_seq = models.BigIntegerField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    due_at = models.DateTimeField()  # when to decide again
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
    """One mail, or one push to one browser: what a worker leases, sends and records.

    `key` says what it tells, so that the same is never told twice; the Message-ID is made of it.
    """

    class State(models.TextChoices):
        DUE = "due"  # to be sent at `due_at`, for the first time or again
        SENT = "sent"
        CANCELLED = "cancelled"  # not wanted any more
        GONE = "gone"  # the browser has unsubscribed: as if it had never been tried
        DEAD = "dead"  # given up; can be replayed

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    key = models.CharField(max_length=100, unique=True)
    subscription = models.ForeignKey(PushSubscription, models.SET_NULL, null=True, related_name="+")
    address = models.CharField(max_length=EMAIL_MAX)  # the mail address, or the name of the browser
    state = models.CharField(max_length=10, choices=State.choices, default=State.DUE)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)  # a worker has it; after that, another may
    lease_token = models.UUIDField(null=True)
    attempt = models.IntegerField(default=0)  # claims
    error = models.CharField(max_length=ERROR_MAX, blank=True)  # what the other side said last
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(fields=["channel", "due_at"], condition=Q(state="due"), name="delivery_due"),
            models.Index(fields=["recipient", "channel", "-created_at"], name="delivery_recent"),  # the caps
            models.Index(fields=["state", "-id"], condition=Q(state="dead"), name="delivery_dead"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} to {self.address}: {self.state}"


class DeliveryItem(models.Model):
    """What a delivery tells of one conversation. A digest has several."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="items")
    burst = models.ForeignKey(Burst, models.CASCADE, related_name="items")
    first_seq = models.BigIntegerField()
    last_seq = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.first_seq}..{self.last_seq} in delivery {self.delivery_id}"


class LogEntry(models.Model):
    """What became of a notification, for its recipient: told, held until, or not told, and why."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    burst = models.ForeignKey(Burst, models.CASCADE, null=True, related_name="+")  # null: it was a test
    delivery = models.ForeignKey(Delivery, models.SET_NULL, null=True, related_name="+")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    verdict = models.CharField(max_length=16, choices=Verdict.choices)
    count = models.IntegerField()  # messages it was about
    until = models.DateTimeField(null=True)  # held until then
    detail = models.CharField(max_length=ERROR_MAX, blank=True)  # the device, or what the other side said
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name_plural = "log entries"
        indexes = [models.Index(fields=["recipient", "-id"], name="log_of_recipient")]

    def __str__(self) -> str:
        return f"{self.channel} {self.verdict}"
