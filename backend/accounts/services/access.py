"""The end of everything somebody is signed in with."""

from django.db import transaction

from backend.accounts.audit import Event, audit_note
from backend.accounts.models import User


def access_end(*, user: User, keep_session_key: str | None = None) -> None:
    """End all sessions, tokens and pushes of this person, in every process, also under a held poll.

    `keep_session_key` names one session that goes on, with its pushes.
    """
    with transaction.atomic():
        user.end_access(keep_session_key=keep_session_key)
        audit_note(Event.SIGNED_OUT_EVERYWHERE, actor=user, subject=user)
