"""The family of errors that Hark answers with (RFC 9457). Each class is one stable `code`.

The first line of a class's docstring is what the client reads as `detail`, unless one is given.
"""

import random
from collections.abc import Mapping


class ApiError(Exception):
    """Something went wrong."""

    code = "error"
    status = 400

    def __init__(self, detail: str = "", **members: object) -> None:
        """`members` are extension members of the problem, `parameter` for instance."""
        self.detail = detail or (self.__doc__ or "").strip().splitlines()[0]
        self.members = members
        super().__init__(self.detail)

    @property
    def headers(self) -> Mapping[str, str]:
        """Header fields that belong to the answer."""
        return {}


class InvalidParameter(ApiError):
    """A value is missing, out of range or of the wrong type."""

    code = "invalid_parameter"

    def __init__(self, parameter: str, detail: str = "") -> None:
        super().__init__(detail, parameter=parameter)


class UnknownParameter(ApiError):
    """There is no such parameter here."""

    code = "unknown_parameter"

    def __init__(self, parameter: str) -> None:
        super().__init__(parameter=parameter)


class InvalidJson(ApiError):
    """The body is not a JSON object in UTF-8 (RFC 8259)."""

    code = "invalid_json"


class BodyTooLarge(ApiError):
    """The body is larger than this server reads."""

    code = "body_too_large"
    status = 413


class InvalidRequest(ApiError):
    """The request is malformed."""

    code = "invalid_request"


class RequestTimeout(ApiError):
    """The rest of the request did not come."""

    code = "request_timeout"
    status = 408


class HeaderTooLarge(ApiError):
    """The header fields are larger than this server reads."""

    code = "header_too_large"
    status = 431


class UnsupportedMediaType(ApiError):
    """The body must be application/json."""

    code = "unsupported_media_type"
    status = 415


class Unauthorized(ApiError):
    """Sign in, or send a valid bearer token."""

    code = "not_authenticated"
    status = 401

    @property
    def headers(self) -> Mapping[str, str]:
        return {"WWW-Authenticate": 'Bearer realm="hark"'}


class CsrfFailed(ApiError):
    """The CSRF token is missing or wrong, or another site asks: send the csrftoken cookie's value as X-CSRFToken."""

    code = "csrf_failed"
    status = 403


class PermissionDenied(ApiError):
    """You may not do this."""

    code = "permission_denied"
    status = 403


class NotFound(ApiError):
    """There is nothing here that you may see."""

    code = "not_found"
    status = 404


class MethodNotAllowed(ApiError):
    """This method does not exist here."""

    code = "method_not_allowed"
    status = 405


class TooManyRequests(ApiError):
    """Too many requests: wait, then try again."""

    code = "too_many_requests"
    status = 429

    def __init__(self, retry_after: int, detail: str = "") -> None:
        """`retry_after` is in seconds (RFC 9110, 10.2.3)."""
        super().__init__(detail)
        self.retry_after = retry_after

    @property
    def headers(self) -> Mapping[str, str]:
        return {"Retry-After": str(self.retry_after)}


class DailyLimit(TooManyRequests):
    """You have done this as often as one person may in a day: wait, then try again."""

    code = "daily_limit"


class TooMuchAtOnce(ApiError):
    """This is more at once than one person may do."""

    code = "too_much_at_once"

    def __init__(self, most: int) -> None:
        super().__init__(f"This is more at once than one person may do: at most {most}.")


class TooManyAtOnce(TooManyRequests):
    """Too many requests of yours are waiting already: let some of them end first."""

    code = "too_many_at_once"

    def __init__(self) -> None:
        super().__init__(random.randint(1, 3))  # noqa: S311


class UriTooLong(ApiError):
    """The address is longer than this server reads."""

    code = "uri_too_long"
    status = 414


class ServiceUnavailable(ApiError):
    """The database does not answer right now: try again. A send may be repeated under its client_id."""

    code = "service_unavailable"
    status = 503

    @property
    def headers(self) -> Mapping[str, str]:
        """Retry-After in seconds, spread so that those who were turned away together do not come back together."""
        return {"Retry-After": str(random.randint(2, 6))}  # noqa: S311


class Overloaded(ServiceUnavailable):
    """The server has more to do than it can right now: try again. A send may be repeated under its client_id."""

    code = "overloaded"


class InternalError(ApiError):
    """The server failed: try again. A send may be repeated under its client_id."""

    code = "internal_error"
    status = 500
