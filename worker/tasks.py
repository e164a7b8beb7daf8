"""Wake-ups. They carry nothing: what is to be done stands in the database, so one too many does no harm."""

import logging

from celery.exceptions import SoftTimeLimitExceeded

from backend.accounts.services import leftovers_purge
from backend.notifications.services.subscriptions import subscriptions_purge
from backend.notifications.services.suppression import suppressions_purge
from backend.notifications.services.tidying import notifications_purge
from backend.notifications.verdicts import Channel
from backend.privacy.services.erasures import erase_next
from backend.privacy.services.exports import export_make_next, exports_purge
from backend.privacy.services.retention import retention_begin, retention_go_on, retention_purge
from backend.privacy.services.settings import settings_note
from worker.account_mails import account_mails_send
from worker.celery import app, wake
from worker.dispatch import bursts_decide, deliveries_send
from worker.exports import exports_mail
from worker.signups import signups_mail

EXPORT_LIMIT = 3600  # seconds; its lease is renewed while it is being made, and other tasks have processes left
TIDY = (leftovers_purge, subscriptions_purge, suppressions_purge, notifications_purge, exports_purge, retention_purge)
BUDGET = 15.0  # seconds in which a new step is begun: two of them are below the soft limit

log = logging.getLogger(__name__)


@app.task
def decide() -> None:
    """Decide who is told of what; what is to be sent is sent at once."""
    if bursts_decide():
        wake("push", "email")


@app.task
def push() -> None:
    """Send the pushes that are due."""
    deliveries_send(Channel.PUSH)


@app.task
def email() -> None:
    """Send the mails that are due."""
    deliveries_send(Channel.EMAIL)


@app.task
def signups() -> None:
    """Mail those who asked for an account."""
    signups_mail()


@app.task(soft_time_limit=EXPORT_LIMIT, time_limit=EXPORT_LIMIT + 15)
def exports() -> None:
    """Make the file of an export, and mail those that are ready."""
    if export_make_next():
        wake("exports")
    exports_mail()


@app.task
def privacy() -> None:
    """Go on with erasing people and with removing what is too old."""
    settings_note()
    erase_next(budget=BUDGET)
    retention_begin()
    retention_go_on(budget=BUDGET)


@app.task
def account_mails() -> None:
    """Mail what concerns somebody's account: a new password, another address, the second factor."""
    account_mails_send()


@app.task
def tidy() -> None:
    """Throw away what means nothing any more. A step that fails is logged; the others run."""
    for step in TIDY:
        try:
            step()
        except SoftTimeLimitExceeded:
            raise
        except Exception:
            log.exception("tidy: %s", step.__name__)
