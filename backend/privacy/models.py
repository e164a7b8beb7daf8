"""Work that a worker does about a person's data. The rows are the truth; Celery only wakes (docs/architecture.md)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

ERROR_MAX = 200  # characters of our own words


WAITING = "waiting"  # of every kind of job: to be done, or being done


class Job(models.Model):
    """What a worker leases and settles. A worker that is killed loses its lease, and the next one goes on."""

    state = models.CharField(max_length=8, default=WAITING)
    due_at = models.DateTimeField(db_default=Now())
    lease_until = models.DateTimeField(null=True)  # a worker has it; after that, another may
    lease_token = models.UUIDField(null=True)
    attempt = models.IntegerField(default=0)  # claims since the last success of a step
    error = models.CharField(max_length=ERROR_MAX, blank=True)  # why the last attempt failed
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class Export(Job):
    """Somebody wants all that is theirs as a file, which a worker makes. The file is deleted at `expires_at`."""

    class State(models.TextChoices):
        WAITING = "waiting"
        READY = "ready"
        FAILED = "failed"
        EXPIRED = "expired"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="exports")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    file = models.CharField(max_length=64, blank=True)  # its name in HARK_VAR/exports
    size = models.BigIntegerField(null=True)  # bytes
    expires_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)  # a ready one without it owes a mail

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(state="waiting"), name="export_one_open"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="export_due"),
            models.Index(fields=["user", "-id"], name="export_of_user"),
            models.Index(fields=["expires_at"], condition=Q(state="ready"), name="export_expiring"),
        ]

    def __str__(self) -> str:
        return f"export {self.id} of user {self.user_id}"


class Erasure(Job):
    """A person is being erased. `conversation_after` and `seq_after` say how far a worker is in their log."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="erasure")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    conversation_after = models.BigIntegerField(default=0)  # all conversations up to this id are done
    seq_after = models.BigIntegerField(default=0)  # of the one that is being gone through
    is_second_pass = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["due_at"], condition=Q(state="waiting"), name="erasure_due")]

    def __str__(self) -> str:
        return f"erasure of user {self.user_id}"


class RetentionRun(Job):
    """One pass over all conversations, in which messages that are too old become tombstones."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"

    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    conversation_after = models.BigIntegerField(default=0)  # all conversations up to this id are done
    messages = models.BigIntegerField(default=0)  # that became tombstones

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="waiting"), name="retention_one_open"),
        ]

    def __str__(self) -> str:
        return f"retention run {self.id}"
