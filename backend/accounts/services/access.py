"""The end of everything somebody is signed in with."""

from backend.accounts.models import User


def access_end(*, user: User, keep_session_key: str | None = None) -> None:
    """End all sessions, tokens and pushes of this person, in every process, also under a held poll.

    `keep_session_key` names one session that goes on, with its pushes.
    """
    user.end_access(keep_session_key=keep_session_key)
