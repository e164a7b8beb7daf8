"""The addresses at which Hark itself receives mail: answers to a notification, and bounces."""


def reply_address(*, user_id: int, conversation_id: int) -> str | None:
    """Where this user's mail becomes a message in this conversation; None without HARK_INBOUND_DOMAIN."""
    return None


def bounce_address(*, user_id: int) -> str | None:
    """Where mail to this user comes back to if it cannot be delivered; None without HARK_INBOUND_DOMAIN."""
    return None
