"""Django's sessions in PostgreSQL, each read with its user in one statement. SESSION_ENGINE."""

from datetime import UTC, datetime
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_out
from django.contrib.sessions.backends import db
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from backend.accounts.browsers import browser_name
from backend.accounts.last_used import session_used
from backend.accounts.models import MOVED, SHARED, Session, User
from backend.accounts.selectors import session_by_key
from backend.accounts.signals import session_moved
from backend.api.vouching import REFUSED, vouch

# Some browsers keep a session's cookies when they are closed, to go on where one left off.
SHARED_AGE = 12 * 3600  # seconds
DEVICE, OPENED_AT, SECOND_FACTOR = "device", "opened_at", "second_factor"
# What sessions say of those who signed in before Hark had a backend of its own (0.1.0). They go on.
FORMER_BACKEND = "django.contrib.auth.backends.ModelBackend"


class SessionStore(db.SessionStore):
    """`user` is who was signed in when the session was loaded, if they may still sign in."""

    user: User | None = None
    signed_out = False  # by this very request
    has_moved = False  # whether it was loaded by a key that was replaced

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        session = cast(Session, super().create_model_instance(data))
        session.user_id = data.get(SESSION_KEY)
        session.device = data.get(DEVICE, "")
        if OPENED_AT in data:
            session.created_at = datetime.fromtimestamp(data[OPENED_AT], UTC)
        return session

    def load(self) -> dict[str, Any]:
        found = session_by_key(self.session_key or "")
        if found is None:
            self._session_key = None  # a key that somebody made up is not taken over: session fixation
            return {}
        encoded, self.user, is_long_unused = found
        if is_long_unused and self.user is not None:
            session_used(self.session_key or "")
        data = self.decode(encoded)
        self.has_moved = bool(data.pop(MOVED, False))
        return data

    def save(self, must_create: bool = False) -> None:
        """One that has moved stays as it is, and ends when it would."""
        if must_create or not self.has_moved:
            super().save(must_create)

    def cycle_key(self) -> None:
        """Go on under another key, with what hangs on the session (`session_moved`).

        The former key is good for FORMER_KEY_LIFE, so that what this browser has asked before it is told the new one is
        still answered. It changes nothing in the session and does not grow with it.
        """
        data, former = dict(self.items()), self.session_key
        with transaction.atomic():
            self.create()
            self._session_cache, self.has_moved = data, False
            session = Session.objects.filter(pk=former).first()
            if session is None:
                return
            session_moved.send(sender=Session, former=former, current=self.session_key)
            if session.user_id is None:  # a key from before somebody signed in
                session.delete()
            else:
                session.retire()

    def opened(self, *, user_agent: str, factor_id: int | None) -> None:
        """Somebody has signed in, in this browser; `factor_id` is the second factor that they gave, if any."""
        self[DEVICE] = browser_name(user_agent)
        self[OPENED_AT] = int(timezone.now().timestamp())
        self[SECOND_FACTOR] = factor_id

    @property
    def second_factor_id(self) -> int | None:
        """The second factor that was given when this session was opened, or set up in it."""
        return cast("int | None", self.get(SECOND_FACTOR))

    def second_factor_given(self, factor_id: int | None) -> None:
        """Whoever is signed in here has shown this second factor."""
        self[SECOND_FACTOR] = factor_id

    def end_with_browser(self, shared: bool) -> None:
        """On a shared computer the cookie goes with the browser, and the session after SHARED_AGE in any case."""
        self[SHARED] = shared
        self.set_expiry(SHARED_AGE if shared else None)

    def get_expire_at_browser_close(self) -> bool:
        return bool(self.get(SHARED)) or super().get_expire_at_browser_close()

    def proves(self, user: User) -> bool:
        """Whether what was signed in is this user, with the password they have now."""
        return (
            self.get(SESSION_KEY) == str(user.pk)
            and self.get(BACKEND_SESSION_KEY) in (*settings.AUTHENTICATION_BACKENDS, FORMER_BACKEND)
            and constant_time_compare(self.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
        )


@receiver(user_logged_out)
def _note_sign_out(request: HttpRequest, **_: Any) -> None:
    cast(SessionStore, request.session).signed_out = True


class BrowserSessionMiddleware(SessionMiddleware):
    """As Django's, except that only signing out takes the session cookie from the browser.

    Django also deletes the cookie of a session that has ended elsewhere. A late answer to a request with the old cookie
    would then delete the cookie of the session that the same browser has just opened. An old cookie opens nothing.
    Nor does the answer to a request with a former key bring that key back.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        session = cast(SessionStore, request.session)
        if not session.signed_out and (session.is_empty() or session.has_moved):
            patch_vary_headers(response, ("Cookie",))
            return response
        return super().process_response(request, response)


class SessionUserMiddleware(AuthenticationMiddleware):
    """`request.user`, without a query of their own."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: _user(request))  # type: ignore[assignment]


def _user(request: HttpRequest) -> User | AnonymousUser:
    session = cast(SessionStore, request.session)
    user: User | AnonymousUser
    if SESSION_KEY in session and session.user is not None and session.proves(session.user):
        user = session.user
    else:
        user = get_user(request)  # nobody, or a session from before a rotated SECRET_KEY
    if "HTTP_AUTHORIZATION" not in request.META:  # which would be the credential
        vouch(request.META, user.pk or REFUSED)
    return user
