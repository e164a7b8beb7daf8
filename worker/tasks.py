"""Wake-ups. They carry nothing: what is to be done stands in the database, so one too many does no harm."""

from backend.accounts.services import leftovers_purge
from worker.celery import app
from worker.dispatch import bursts_dispatch
from worker.signups import signups_mail


@app.task
def sweep() -> None:
    """Tell people what they missed."""
    bursts_dispatch()


@app.task
def signups() -> None:
    """Mail those who asked for an account."""
    signups_mail()


@app.task
def tidy() -> None:
    """Throw away what means nothing any more."""
    leftovers_purge()
