"""Writes: push subscriptions, from a browser's first word until nobody is there any more."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from backend.accounts.browsers import browser_name
from backend.accounts.models import User
from backend.api.errors import Unauthorized
from backend.notifications.models import PushSubscription
from backend.notifications.push.keys import BrowserKeys
from backend.notifications.services.bursts import bursts_wake

MOST = 10  # subscriptions of one person; each costs a request for each notification
UNSEEN_MAX = timedelta(days=60)  # some services answer 201 for a browser that is gone for ever (WebKit bug 249766)
FAILURES_MOST = 3
FAILING_MOST = timedelta(hours=24)


@dataclass(frozen=True)
class Browser:
    """What a browser says of itself; `name` and `session_key` (of a token's request there is none) may be empty."""

    endpoint: str
    keys: BrowserKeys
    name: str
    user_agent: str
    session_key: str | None


@transaction.atomic
def subscription_keep(*, user: User, browser: Browser) -> tuple[PushSubscription, bool]:
    """Send this person's pushes to this browser from now on. Whether nobody's were sent there before.

    The endpoint is the browser's: whoever signs in there takes it over. The former owner's row goes, and with it what
    was on its way to them: nothing of theirs may reach the new one. Beyond MOST, the one unseen the longest goes.
    Raises Unauthorized if the access of the user has ended meanwhile.
    """
    locked = User.objects.select_for_update(no_key=True).get(id=user.id)  # one at a time, for MOST
    if locked.credential_epoch != user.credential_epoch:  # their access ended after this request was let in
        raise Unauthorized
    theirs, _ = PushSubscription.objects.filter(endpoint=browser.endpoint).exclude(user=user).delete()
    fields: dict[str, Any] = {
        "user": user,
        "session_id": browser.session_key,
        "p256dh": browser.keys.p256dh,
        "auth": browser.keys.auth,
        "seen_at": timezone.now(),
    }
    if browser.name:
        fields["name"] = browser.name
    subscription, is_new = PushSubscription.objects.update_or_create(
        endpoint=browser.endpoint,
        defaults=fields,
        create_defaults={"name": browser_name(browser.user_agent), **fields},
    )
    if is_new:
        _spare(user)
        bursts_wake(recipient_id=user.id)
    return subscription, is_new and not theirs


def _spare(user: User) -> None:
    mine = PushSubscription.objects.filter(user=user)
    kept = mine.order_by("-seen_at", "-id").values_list("id", flat=True)[:MOST]
    mine.exclude(id__in=list(kept)).delete()


def subscription_drop(*, user: User, subscription_id: int) -> bool:
    """No more pushes there; False if it is none of theirs. Other channels are asked at once."""
    dropped, _ = PushSubscription.objects.filter(user=user, id=subscription_id).delete()
    if dropped:
        bursts_wake(recipient_id=user.id)
    return bool(dropped)


def subscriptions_move(*, session_key: str, to: str) -> None:
    """A session has another key from now on."""
    PushSubscription.objects.filter(session_id=session_key).update(session_id=to)


def subscriptions_revoke(*, user: User, keep_session_key: str | None = None) -> None:
    """Delete all push subscriptions of this person, but those of the session that goes on."""
    PushSubscription.objects.filter(user=user).exclude(session_id=keep_session_key or "").delete()


def subscription_worked(*, subscription: PushSubscription) -> None:
    """A push was taken: what went wrong before is forgotten."""
    if subscription.failures:
        PushSubscription.objects.filter(id=subscription.id).update(failures=0, failing_since=None)


def subscription_failed(*, subscription: PushSubscription) -> bool:
    """The service refused a push for it in a way that may pass. True if it has for too long: it is of no use."""
    mine = PushSubscription.objects.filter(id=subscription.id)
    mine.update(failures=F("failures") + 1, failing_since=Coalesce("failing_since", Now()))
    return mine.filter(failures__gte=FAILURES_MOST, failing_since__lt=timezone.now() - FAILING_MOST).exists()


def subscriptions_purge() -> int:
    """Delete those whose browser has not been seen for UNSEEN_MAX; how many."""
    return PushSubscription.objects.filter(seen_at__lt=timezone.now() - UNSEEN_MAX).delete()[0]
