"""The second factor."""

from backend.accounts.models import User


def second_factor_check(*, user: User, code: str) -> None:
    """Called when the password was right. Raises SecondFactorRequired, SecondFactorInvalid or TooManyAttempts."""
