"""What is decided about a channel and a conversation, in words for the person it is about."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Channel(TextChoices):
    """The ways of telling somebody who is away."""

    PUSH = "push", _("Push")
    EMAIL = "email", _("Email")


class Verdict(TextChoices):
    """SEND tells now; what is in HOLDS waits for a moment; every other one is an end."""

    SEND = "send", _("sent")
    READ = "read", _("you had read everything by then")
    OWN = "own", _("there were only messages of your own")
    TOLD = "told", _("you had been told already")
    MUTED = "muted", _("you muted this conversation")
    BLOCKED = "blocked", _("you block who wrote")
    NO_ACCESS = "no_access", _("you had left the conversation, or not accepted it")
    INACTIVE = "inactive", _("your account is switched off")
    OFF = "off", _("you switched this channel off")
    NO_DEVICE = "no_device", _("no browser of yours takes pushes")
    SUPPRESSED = "suppressed", _("your mail server refused earlier mails")
    DELAY = "delay", _("you may still come back by yourself")
    ACTIVE = "active", _("you are looking, so it waits")
    PAUSE = "pause", _("you were told a short while ago")
    QUIET = "quiet", _("quiet hours")
    CAPPED = "capped", _("enough for now")
    GONE = "gone", _("the browser does not take pushes any more")
    FAILED = "failed", _("it could not be delivered")


HOLDS = frozenset({Verdict.DELAY, Verdict.ACTIVE, Verdict.PAUSE, Verdict.QUIET, Verdict.CAPPED})
