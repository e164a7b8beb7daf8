"""What the answer of a push service means (RFC 8030, 5; RFC 8292, 4.2)."""

import re
import time

from django.utils.http import parse_http_date

from worker.channels.outcome import Gone, PermanentFailure, SendFailure, TransientFailure
from worker.channels.webpush.line import Answer

UNSUBSCRIBED = {404, 410}
KEY_REFUSED = {401, 403}  # our key or our clock is wrong: no browser's fault
TOO_LARGE = 413
BUSY = {429, 503}
SECONDS = re.compile(r"[0-9]{1,9}")


def failure_of(answer: Answer) -> SendFailure | None:
    """None if it was taken."""
    status = answer.status
    said = f"{status} {answer.words}".strip()
    if 200 <= status < 300:
        return None
    if status in UNSUBSCRIBED:
        return Gone(said)
    if status in BUSY:
        return TransientFailure(said, after=retry_after(answer.retry_after))
    if status in KEY_REFUSED or status >= 500:
        return TransientFailure(said)
    return PermanentFailure(said)


def speaks_against_the_browser(answer: Answer) -> bool:
    """Whether it was refused for a reason that may lie in this subscription. No answer at all says nothing of it:
    our own network may be down."""
    others = UNSUBSCRIBED | KEY_REFUSED | BUSY | {TOO_LARGE}
    return not 200 <= answer.status < 300 and answer.status not in others


def retry_after(field: str) -> float | None:
    """Seconds from now, of either form of the field (RFC 9110, 10.2.3); None for anything else."""
    field = field.strip()
    if SECONDS.fullmatch(field):
        return float(field)
    try:
        return max(0.0, parse_http_date(field) - time.time())
    except ValueError:
        return None
