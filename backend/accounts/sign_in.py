"""What a session knows of how it was opened."""

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from backend.accounts.models import User
from backend.accounts.sessions import SessionStore


@receiver(user_logged_in)
def session_opened(request: HttpRequest, user: User, **_: object) -> None:
    """For every way of signing in: the API, the admin's form."""
    if isinstance(request.session, SessionStore):
        request.session.opened(user_agent=request.headers.get("User-Agent", ""), factor_id=user.proved_factor_id)
