"""What can become of a burst, in words for the person it was meant for."""

from django.db.models import TextChoices


class Verdict(TextChoices):
    """`ACTIVE` leaves the burst open, for later; every other verdict closes it."""

    SEND = "send", "sent"
    READ = "read", "you had read everything by then"
    OWN = "own", "there were only messages of your own"
    ACTIVE = "active", "you are looking, so it waits"
    MUTED = "muted", "you muted this conversation"
    NO_ACCESS = "no_access", "you had left the conversation"
    INACTIVE = "inactive", "your account is switched off"
    FAILED = "failed", "it could not be delivered"
