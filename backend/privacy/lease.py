"""How workers share jobs: one at a time has a job, and only for as long as it shows that it is alive."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar
from uuid import uuid4

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from backend.privacy.models import ERROR_MAX, Job

LEASE = timedelta(seconds=60)  # a killed worker's job goes on after this time
RETRY_FIRST = 15  # seconds; doubled with each attempt
RETRY_MOST = 900  # seconds
FAULT = "A fault of the server."  # what a person reads of what is in the log
J = TypeVar("J", bound=Job)

log = logging.getLogger(__name__)


class LeaseLost(Exception):
    """Another worker has this job now: this one was too slow, or was taken for dead."""


def job_work(
    jobs: QuerySet[J], work: Callable[[J], None], *, on_fault: Callable[[J, Exception], None] | None = None
) -> bool:
    """Do `work` on the job that is due the longest; False if there is none.

    What it raises is logged; then the job is tried again later, or `on_fault` decides what becomes of it.
    """
    job = job_claim(jobs)
    if job is None:
        return False
    try:
        work(job)
    except LeaseLost:
        log.warning("%s: another worker has it", job)
    except Exception as fault:
        log.exception("%s", job)
        if on_fault is None:
            job_retry(job, FAULT)
        else:
            on_fault(job, fault)
    return True


@transaction.atomic
def job_claim(jobs: QuerySet[J]) -> J | None:
    """Lease the job that is due the longest; None if there is none."""
    free = Q(lease_until=None) | Q(lease_until__lt=Now())
    due = jobs.filter(free, state="waiting", due_at__lte=Now()).order_by("due_at", "id")
    job = due.select_for_update(skip_locked=True, no_key=True).first()
    if job is None:
        return None
    job.lease_token, job.attempt = uuid4(), job.attempt + 1
    _rows(job, held=False).update(lease_token=job.lease_token, lease_until=Now() + LEASE, attempt=F("attempt") + 1)
    return job


def job_renew(job: Job, **progress: Any) -> None:
    """The worker is alive, and this far. Raises LeaseLost. Call it in the transaction of the step, or between steps."""
    if not _rows(job).update(lease_until=Now() + LEASE, **progress):
        raise LeaseLost
    for name, value in progress.items():
        setattr(job, name, value)


def job_release(job: Job, **changes: Any) -> bool:
    """Give the job back, with these changes. False if the lease was lost: nothing changed."""
    return bool(_rows(job).update(lease_until=None, lease_token=None, **changes))


def job_retry(job: Job, error: str) -> bool:
    """Try again later; `error` in our own words. False if the lease was lost."""
    wait = min(RETRY_FIRST * 2 ** min(job.attempt - 1, 10), RETRY_MOST)
    return job_release(job, due_at=timezone.now() + timedelta(seconds=wait), error=error[:ERROR_MAX])


def _rows(job: Job, *, held: bool = True) -> QuerySet[Any]:
    rows = type(job)._default_manager.filter(pk=job.pk, state="waiting")
    return rows.filter(lease_token=job.lease_token) if held else rows
