"""Who may do what staff may: the admin, the metrics. HARK_STAFF_2FA says what that takes."""

from django.contrib.auth.models import AnonymousUser

from backend.accounts.models import ApiToken, User
from backend.accounts.selectors import factor_of, second_factor_is_required
from backend.accounts.sessions import SessionStore


def has_staff_powers(
    user: User | AnonymousUser, *, session: SessionStore | None = None, token: ApiToken | None = None
) -> bool:
    """Whether this member of staff, by this session or this token, may do what staff may.

    Whoever has a second factor must have given it: when the session was opened, or before the token was made. Whoever
    has none is let in unless HARK_STAFF_2FA is on.
    """
    if not isinstance(user, User) or not user.is_active or not user.is_staff:
        return False
    factor = factor_of(user)
    if factor is None:
        return not second_factor_is_required(user)
    if token is not None:
        return factor.confirmed_at is not None and token.created_at >= factor.confirmed_at
    return session is not None and session.second_factor_id == factor.id
