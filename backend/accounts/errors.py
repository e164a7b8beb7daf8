"""What can go wrong when signing in or up."""

from backend.api.errors import ApiError, Unauthorized


class InvalidCredentials(Unauthorized):
    """The address or the password is wrong."""

    code = "invalid_credentials"


class TokenInvalid(Unauthorized):
    """This token is unknown or was revoked."""

    code = "token_invalid"


class TokenExpired(Unauthorized):
    """This token has expired: make a new one."""

    code = "token_expired"


class TooManyTokens(ApiError):
    """There are 100 tokens of this account: revoke one first."""

    code = "too_many_tokens"
    status = 409


class SignupClosed(ApiError):
    """This server makes accounts by invitation only."""

    code = "signup_closed"
    status = 403


class SecondFactorRequired(Unauthorized):
    """The password is right. This account also needs a code: send it as `code`."""

    code = "second_factor_required"


class SecondFactorInvalid(Unauthorized):
    """This code is wrong or was used already."""

    code = "second_factor_invalid"


class SecondFactorEnabled(ApiError):
    """This account has a second factor already: take it off first."""

    code = "second_factor_enabled"
    status = 409


class SecondFactorNotEnabled(ApiError):
    """This account has no second factor."""

    code = "second_factor_not_enabled"
    status = 409


class SecondFactorNotStarted(ApiError):
    """There is no secret that waits for its first code (it waits one hour): begin again."""

    code = "second_factor_not_started"
    status = 409
