"""The end of everything somebody is signed in with."""

from django.db import transaction

from backend.accounts.audit import Event, audit_note
from backend.accounts.models import User


def access_end(*, user: User) -> None:
    """End all sessions, tokens and pushes of this person, in every process, also under a held poll."""
    with transaction.atomic():
        user.end_access()
        audit_note(Event.SIGNED_OUT_EVERYWHERE, actor=user, subject=user)
