"""The numbers of the ladder, for whoever decides (worker/policy.py) and whoever foretells it (reach.py)."""

from datetime import timedelta

from django.conf import settings

from backend.notifications.models import NotificationSettings
from backend.notifications.verdicts import Channel

# From one announcement of a conversation to the next by the same channel, longer each time until the person reads.
PAUSES = {
    Channel.PUSH: (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1)),
    Channel.EMAIL: (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), timedelta(hours=24)),
}
LATER_AFTER_PUSH = 5  # times the email's delay, when a push has gone before it


def delay_of(chosen: NotificationSettings, channel: Channel, *, pushed_before: bool) -> timedelta:
    """How long this person lets the channel wait, from the first message; the house's delay if they chose none."""
    if channel == Channel.PUSH:
        own, house = chosen.push_delay, settings.HARK_PUSH_DELAY
    else:
        own = chosen.email_delay
        house = settings.HARK_EMAIL_DELAY * (LATER_AFTER_PUSH if pushed_before else 1)
    return timedelta(seconds=house if own is None else own)


def delays_of_house() -> dict[str, int]:
    """{"push_delay","email_delay","email_delay_with_push"}, seconds."""
    return {
        "push_delay": settings.HARK_PUSH_DELAY,
        "email_delay": settings.HARK_EMAIL_DELAY,
        "email_delay_with_push": settings.HARK_EMAIL_DELAY * LATER_AFTER_PUSH,
    }


def first_look() -> timedelta:
    """From the first message until anything at all is decided about it, whatever the person chose."""
    return timedelta(seconds=min(settings.HARK_PUSH_DELAY, settings.HARK_EMAIL_DELAY))


def pause_of(channel: Channel, times: int) -> timedelta:
    """How long the channel pauses after it has told so often."""
    pauses = PAUSES[channel]
    return pauses[min(times, len(pauses)) - 1] if times > 0 else timedelta(0)
