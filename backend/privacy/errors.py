"""What can go wrong with a person's data."""

from backend.api.errors import ApiError, TooManyRequests


class ExportPending(ApiError):
    """An export of yours is being made already: wait for it."""

    code = "export_pending"
    status = 409


class TooManyExports(TooManyRequests):
    """You have asked for two exports within a day: wait, then ask again."""

    code = "too_many_exports"


class LastSuperuser(ApiError):
    """You are the only active superuser. Make somebody else one first, so that the site keeps an operator."""

    code = "last_superuser"
    status = 409
