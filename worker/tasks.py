"""Wake-ups. They carry nothing: what is to be done stands in the database, so one too many does no harm."""

from backend.accounts.services import leftovers_purge
from backend.notifications.services.subscriptions import subscriptions_purge
from backend.notifications.services.tidying import notifications_purge
from backend.notifications.verdicts import Channel
from worker.account_mails import account_mails_send
from worker.celery import app, wake
from worker.dispatch import bursts_decide, deliveries_send
from worker.signups import signups_mail


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


@app.task
def account_mails() -> None:
    """Mail what concerns somebody's account: a new password, another address, the second factor."""
    account_mails_send()


@app.task
def tidy() -> None:
    """Throw away what means nothing any more."""
    leftovers_purge()
    subscriptions_purge()
    notifications_purge()
