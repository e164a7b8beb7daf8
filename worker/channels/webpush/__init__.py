"""Web Push: one push to one browser a delivery (RFC 8030), encrypted for it (RFC 8291)."""

import logging
from collections.abc import Iterator, Sequence

from backend.api.errors import ApiError
from backend.notifications.models import PushSubscription
from backend.notifications.push.hosts import endpoint_check
from backend.notifications.selectors.subscriptions import subscriptions_by_id, unread_conversations
from backend.notifications.services.subscriptions import subscription_failed, subscription_worked
from worker.channels.outcome import Gone, PermanentFailure
from worker.channels.webpush.answers import KEY_REFUSED, failure_of, speaks_against_the_browser
from worker.channels.webpush.batch import Batch, Push
from worker.channels.webpush.line import Answer
from worker.channels.webpush.payload import UNREAD_MAX, payload_build
from worker.letter import Letter

log = logging.getLogger(__name__)


def send(letters: Sequence[Letter]) -> Iterator[tuple[Letter, Exception | None]]:
    """Send these at the same time, some to each push service; in less than 20 seconds.

    What there was no time for, like all that may work later, is a TransientFailure: it does no harm to send it again,
    for a push takes the place of an earlier one with the same Topic and tag.
    """
    subscriptions = subscriptions_by_id(letter.delivery.subscription_id or 0 for letter in letters)
    unread = unread_conversations({letter.recipient.id for letter in letters}, most=UNREAD_MAX)
    alarmed: set[str] = set()
    with Batch() as batch:
        for letter in letters:
            try:
                subscription = subscriptions.get(letter.delivery.subscription_id or 0)
                batch.add(_push(letter, subscription, unread.get(letter.recipient.id, [])))
            except Exception as failure:  # one that cannot even be built holds up no other
                yield letter, failure
        for push, outcome in batch.outcomes():
            if not isinstance(outcome, Answer):
                yield push.letter, outcome if isinstance(outcome, Exception) else RuntimeError(repr(outcome))
                continue
            if outcome.status in KEY_REFUSED and push.endpoint.host not in alarmed:
                alarmed.add(push.endpoint.host)
                log.error("push: %s refuses our VAPID key: %s %s", push.endpoint.host, outcome.status, outcome.words)
            yield push.letter, _settled(push, outcome)


def _push(letter: Letter, subscription: PushSubscription | None, unread: Sequence[int]) -> Push:
    """Raises Gone or PermanentFailure."""
    if subscription is None:
        raise Gone("the browser was signed out")
    if subscription.user_id != letter.recipient.id:
        raise PermanentFailure("the browser is somebody else's by now")
    try:
        endpoint = endpoint_check(subscription.endpoint)
    except ApiError as fault:
        raise PermanentFailure("this server does not send to that push service any more") from fault
    bare = payload_build(letter, unread, bare=True)
    return Push(letter, subscription, endpoint, payload_build(letter, unread), bare)


def _settled(push: Push, answer: Answer) -> Exception | None:
    """The outcome, which the subscription remembers."""
    failure = failure_of(answer)
    if failure is None:
        subscription_worked(subscription=push.subscription)
    elif speaks_against_the_browser(answer) and subscription_failed(subscription=push.subscription):
        return Gone(f"refused for more than a day, at last with {failure}")
    return failure
