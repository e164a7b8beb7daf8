"""What is decided about a channel and a conversation, in words for the person it is about."""

from django.db.models import TextChoices


class Channel(TextChoices):
    """The ways of telling somebody who is away."""

    PUSH = "push"
    EMAIL = "email"


class Verdict(TextChoices):
    """SEND tells now; what is in HOLDS waits for a moment; every other one is an end."""

    SEND = "send", "sent"
    READ = "read", "you had read everything by then"
    OWN = "own", "there were only messages of your own"
    TOLD = "told", "you had been told already"
    MUTED = "muted", "you muted this conversation"
    NO_ACCESS = "no_access", "you had left the conversation"
    INACTIVE = "inactive", "your account is switched off"
    OFF = "off", "you switched this channel off"
    NO_DEVICE = "no_device", "no browser of yours takes pushes"
    SUPPRESSED = "suppressed", "your mail server refused earlier mails"
    DELAY = "delay", "you may still come back by yourself"
    ACTIVE = "active", "you are looking, so it waits"
    PAUSE = "pause", "you were told a short while ago"
    QUIET = "quiet", "quiet hours"
    CAPPED = "capped", "enough for now"
    GONE = "gone", "the browser does not take pushes any more"
    FAILED = "failed", "it could not be delivered"


HOLDS = frozenset({Verdict.DELAY, Verdict.ACTIVE, Verdict.PAUSE, Verdict.QUIET, Verdict.CAPPED})
