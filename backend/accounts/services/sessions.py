"""Writes: the browsers somebody is signed in with."""

from backend.accounts.models import Session, User


def session_end(*, user: User, session_id: str) -> bool:
    """End one of this person's sessions, named by its public id; False if there is none. Its pushes end too."""
    for session in Session.objects.filter(user=user):
        if session.public_id == session_id:
            session.delete()
            return True
    return False
