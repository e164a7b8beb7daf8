"""What a push subscription is refused for."""

from backend.api.errors import ApiError


class EndpointRefused(ApiError):
    """This is not the address of a push service that this server sends to."""

    code = "push_endpoint_refused"

    def __init__(self) -> None:
        super().__init__(parameter="endpoint")


class KeysRefused(ApiError):
    """The keys must be a point of the curve P-256 (65 bytes) and a secret of 16 bytes, in base64url (RFC 8291)."""

    code = "push_keys_refused"

    def __init__(self) -> None:
        super().__init__(parameter="keys")


class PushUnavailable(ApiError):
    """This server cannot send pushes: it has no key for them."""

    code = "push_unavailable"
    status = 503
