"""Writes: a person asks to be erased, and a worker goes through everything that is theirs.

The account is closed and signed out at once. The worker first replaces name and address, then goes through the
conversations, in short transactions that each record how far it is. It goes through everything twice: the second time,
SETTLED after the request, for what was still under way when the account was closed.
"""

import time
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from backend.accounts.audit import Event, acting, audit_note
from backend.accounts.models import User
from backend.chat.retiring import conversation_after, participant_retire
from backend.chat.tombstones import traces_remove
from backend.privacy.errors import LastSuperuser
from backend.privacy.lease import job_release, job_renew, job_work
from backend.privacy.models import Erasure
from backend.privacy.services.account import account_erase

SETTLED = timedelta(seconds=60)  # longer than a request, a statement or a task that began before can last


@transaction.atomic
def erase_request(*, user: User) -> None:
    """Close the account, end all access, and have a worker erase it. Raises LastSuperuser."""
    list(_superusers().select_for_update(no_key=True))
    erase_check(user)
    _, is_new = Erasure.objects.get_or_create(user=user)
    if is_new:
        audit_note(Event.ERASE_REQUESTED, actor=user, subject=user)
        user.is_active = False
        with acting(user.id):
            user.save(update_fields=["is_active"])  # ends all access


def erase_check(user: User) -> None:
    """Whether this person may be erased. Raises LastSuperuser."""
    if [one.id for one in _superusers()[:2]] == [user.id]:
        raise LastSuperuser


def _superusers() -> QuerySet[User]:
    return User.objects.filter(is_superuser=True, is_active=True).order_by("id")


def erase_next(*, budget: float) -> bool:
    """Go on with the erasure that is due the longest, for about `budget` seconds; False if there is none."""
    return job_work(Erasure.objects.all(), lambda erasure: _go_on(erasure, time.monotonic() + budget))


def _go_on(erasure: Erasure, end: float) -> None:
    if erasure.conversation_after == 0 and erasure.seq_after == 0:
        account_erase(erasure.user_id)
    while (
        conversation_id := conversation_after(user_id=erasure.user_id, after=erasure.conversation_after)
    ) is not None:
        _step(erasure, conversation_id)
        if time.monotonic() > end:
            job_release(erasure, attempt=0, error="")
            return
    _finish(erasure)


def _step(erasure: Erasure, conversation_id: int) -> None:
    """One batch of one conversation, and how far that is, in one transaction."""
    with transaction.atomic():
        where = {"conversation_id": conversation_id, "user_id": erasure.user_id}
        step = traces_remove(**where, after=erasure.seq_after)
        if step.next_after is None:
            participant_retire(**where)
            job_renew(erasure, conversation_after=conversation_id, seq_after=0)
        else:
            job_renew(erasure, seq_after=step.next_after)


def _finish(erasure: Erasure) -> None:
    """The second pass begins when nothing can be under way any more; after it the person is erased."""
    settled_at = erasure.created_at + SETTLED
    if not erasure.is_second_pass:
        again = {"is_second_pass": True, "conversation_after": 0, "seq_after": 0}
        job_release(erasure, due_at=settled_at, attempt=0, error="", **again)
        return
    with transaction.atomic():
        if job_release(erasure, state=Erasure.State.DONE, finished_at=Now(), error=""):
            audit_note(Event.ERASED, actor=None, subject=erasure.user_id)
