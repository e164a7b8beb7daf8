"""What the log refuses."""

import random

from backend.api.errors import ApiError, TooManyRequests


class ClientIdReused(ApiError):
    """This client_id was used for another message: make a new one for each message."""

    code = "client_id_reused"
    status = 409


class CursorAhead(ApiError):
    """The cursor is ahead of this server, which was restored from a backup: start afresh."""

    code = "cursor_ahead"
    status = 409


class MessageDeleted(ApiError):
    """This message was deleted."""

    code = "message_deleted"
    status = 409


class SearchTooBroad(ApiError):
    """This search takes too long: give more words, or name a conversation."""

    code = "search_too_broad"


class SearchRunning(TooManyRequests):
    """Your last search still runs: wait for it, then search again."""

    code = "search_running"

    def __init__(self) -> None:
        super().__init__(retry_after=random.randint(1, 2))  # noqa: S311


class TooManyReactions(ApiError):
    """A message holds at most 20 different reactions."""

    code = "too_many_reactions"
    status = 409


class NotAuthor(ApiError):
    """Only its author may change a message."""

    code = "not_author"
    status = 403


class NotOwner(ApiError):
    """Only the group's owner may remove others."""

    code = "not_owner"
    status = 403


class ConversationFull(ApiError):
    """A group holds at most 500 people."""

    code = "conversation_full"
    status = 409


class DirectIsFixed(ApiError):
    """A direct conversation keeps its two people and has no title."""

    code = "direct_is_fixed"
    status = 409


class RequestPending(ApiError):
    """You were asked to join this conversation: accept the request first."""

    code = "request_pending"
    status = 409


class NoRequest(ApiError):
    """This conversation is no request any more: leave it instead."""

    code = "no_request"
    status = 409


class Blocked(ApiError):
    """Messages between the two of you are not possible."""

    code = "blocked"
    status = 403


class TooManyBlocks(ApiError):
    """You can block at most 1,000 people."""

    code = "too_many_blocks"
    status = 409
