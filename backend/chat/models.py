"""The log. Its invariants stand in docs/architecture.md; `log.py` is the only code that moves its counters."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Now

TITLE_MAX = 100  # characters
TEXT_MAX = 10_000  # characters
NOTE_MAX = 1_000  # characters of a report's note
GROUP_MAX = 500  # participants: a send costs what its participants cost
RETENTION_DAYS_MAX = 36_500


class Conversation(models.Model):
    """A direct conversation of two, or a group. `rev` and `last_seq` move under this row's lock only."""

    class Kind(models.TextChoices):
        DIRECT = "direct"
        GROUP = "group"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    title = models.CharField(max_length=TITLE_MAX, blank=True)
    titled_by = models.BigIntegerField(null=True)  # the user id of who wrote the title; null: not known
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # "<lower user id>:<higher user id>"; null for groups, because null is what a unique column lets repeat
    direct_key = models.CharField(max_length=41, null=True, unique=True)  # noqa: DJ001
    rev = models.BigIntegerField(default=0)
    last_seq = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)  # of the last message, for display only
    retention_days = models.IntegerField(null=True)  # after which messages become tombstones; null: as the site has it
    retained_seq = models.BigIntegerField(default=0, db_default=0)  # retention has dealt with messages up to here

    class Meta:
        permissions = [("read_messages", "Can read the messages of a conversation, for a stated reason")]
        constraints = [
            models.CheckConstraint(
                condition=Q(retention_days__isnull=True) | Q(retention_days__range=(1, RETENTION_DAYS_MAX)),
                name="conversation_retention",
            ),
            models.CheckConstraint(
                condition=Q(kind="direct", direct_key__isnull=False) | Q(kind="group", direct_key__isnull=True),
                name="conversation_direct_has_key",
            ),
        ]

    def __str__(self) -> str:
        return self.title or f"{self.kind} {self.id}"

    @property
    def is_direct(self) -> bool:
        return self.kind == self.Kind.DIRECT


class Participant(models.Model):
    """Somebody in a conversation, and all that is theirs alone about it."""

    class Level(models.TextChoices):
        ALL = "all"
        MENTIONS = "mentions"
        NONE = "none"

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="participants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    joined_at = models.DateTimeField(db_default=Now(), editable=False)
    left_at = models.DateTimeField(null=True)
    left_title = models.CharField(max_length=TITLE_MAX, blank=True, db_default="")  # the title when they left
    left_titled_by = models.BigIntegerField(null=True)  # who had written that title
    # Who asked them to join. Set with `left_at` empty: a pending request; with `left_at`: a declined one, which still
    # looks pending to the others. Empty: a member, or one who has left.
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    # they left or declined by themselves: adding them again is a request, whoever adds them
    consent_needed = models.BooleanField(default=False, db_default=False)
    read_seq = models.BigIntegerField(default=0)
    read_at = models.DateTimeField(null=True)  # when they last read something of others; null: not known
    # how far they had read when they marked something as unread; never announced again
    seen_seq = models.BigIntegerField(default=0, db_default=0)
    unread = models.IntegerField(default=0)  # messages of others after read_seq that are not deleted
    waiting_since = models.DateTimeField(null=True)  # the outbox: owed a notification since then
    level = models.CharField(max_length=8, choices=Level.choices, default=Level.ALL)
    muted_until = models.DateTimeField(null=True)
    feed_rev = models.BigIntegerField(default=0)  # the user's feed at the last change of this conversation
    activity = models.BigIntegerField(default=0)  # the user's feed at the last new message: the order of lists

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "user"], name="participant_once")]
        indexes = [
            models.Index(fields=["user", "feed_rev"], name="participant_feed"),
            models.Index(fields=["user", "activity"], name="participant_activity"),
            models.Index(
                fields=["waiting_since"], condition=Q(waiting_since__isnull=False), name="participant_waiting"
            ),
            models.Index(
                fields=["requested_by"], condition=Q(requested_by__isnull=False), name="participant_requested"
            ),
        ]

    def __str__(self) -> str:
        return f"user {self.user_id} in conversation {self.conversation_id}"

    @property
    def is_pending(self) -> bool:
        """Whether they have been asked to join and have not answered yet."""
        return self.requested_by_id is not None and self.left_at is None

    @property
    def is_member(self) -> bool:
        """Whether they are in the conversation and have accepted it: only members can be owed a notification."""
        return self.requested_by_id is None and self.left_at is None

    @property
    def known_seq(self) -> int:
        """Up to here they have read once, whatever they have marked as unread since: nothing of it is announced."""
        return max(self.read_seq, self.seen_seq)


class Message(models.Model):
    """One message, addressed by (conversation, seq). A deleted one stays as a tombstone without text and reactions.

    Its words are found by the index `message_words`, which migration 0004 makes (see `chat/search.py`).
    """

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="messages", db_index=False)
    seq = models.BigIntegerField()
    rev = models.BigIntegerField()  # the conversation's rev at this message's last change
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    client_id = models.UUIDField()
    sent_digest = models.BinaryField(
        max_length=32
    )  # of what was sent under client_id, whatever was edited since; empty: deleted
    text = models.TextField(blank=True)
    reply_to = models.BigIntegerField(null=True)  # a seq
    reactions = models.JSONField(default=list, db_default=Value([], models.JSONField()))  # as M shows them
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        permissions = [("remove_message", "Can remove a message of others")]
        constraints = [
            models.UniqueConstraint(fields=["conversation", "seq"], name="message_seq"),
            models.UniqueConstraint(fields=["conversation", "rev"], name="message_rev"),
            models.UniqueConstraint(fields=["conversation", "sender", "client_id"], name="message_once"),
            models.CheckConstraint(condition=Q(seq__gt=0, rev__gte=F("seq")), name="message_numbered"),
            models.CheckConstraint(
                condition=Q(deleted_at__isnull=True) | Q(text="", reactions=[]), name="message_tombstone_is_empty"
            ),
        ]

    def __str__(self) -> str:
        return f"message {self.seq} of conversation {self.conversation_id}"


class Report(models.Model):
    """Somebody asks the operator to look at a message. It keeps the text as it was: messages are edited and deleted."""

    class Reason(models.TextChoices):
        SPAM = "spam"
        ABUSE = "abuse"
        OTHER = "other"

    class State(models.TextChoices):
        OPEN = "open"
        DONE = "done"

    class Action(models.TextChoices):
        DISMISSED = "dismissed", "Dismiss: nothing is wrong"
        NOTED = "noted", "Note what was done elsewhere"
        MESSAGE_REMOVED = "message_removed", "Remove the message"
        SENDER_DISABLED = "sender_disabled", "Switch the sender off"
        BOTH = "both", "Remove the message and switch the sender off"

    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="+")
    seq = models.BigIntegerField()  # the message
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField()  # of the message when it was reported
    reason = models.CharField(max_length=8, choices=Reason.choices)
    note = models.CharField(max_length=NOTE_MAX, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    action = models.CharField(max_length=16, choices=Action.choices, blank=True)
    action_note = models.CharField(max_length=NOTE_MAX, blank=True)
    handled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    handled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reporter", "conversation", "seq"], name="report_once"),
            models.CheckConstraint(
                condition=Q(state="open", handled_at__isnull=True) | Q(state="done", handled_at__isnull=False),
                name="report_done_is_dated",
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="report_queue")]

    def __str__(self) -> str:
        return f"report {self.id} about message {self.seq} of conversation {self.conversation_id}"
