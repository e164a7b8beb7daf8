"""Who may do what in a conversation, beyond being in it."""

from backend.accounts.contacts import hidden_from
from backend.chat.errors import Blocked, RequestPending
from backend.chat.models import Participant
from backend.chat.selectors import access_participant


def access_member(*, user_id: int, conversation_id: int) -> Participant:
    """As `access_participant`, for what only those who have accepted the conversation may do. Raises RequestPending."""
    participant = access_participant(user_id=user_id, conversation_id=conversation_id)
    if participant.is_pending:
        raise RequestPending
    return participant


def access_speaker(*, user_id: int, conversation_id: int) -> Participant:
    """As `access_member`, for what the other one of a direct conversation notices at once. Raises Blocked."""
    participant = access_member(user_id=user_id, conversation_id=conversation_id)
    direct_key = participant.conversation.direct_key
    if direct_key is not None and hidden_from(user_id) & {int(id_) for id_ in direct_key.split(":")}:
        raise Blocked
    return participant
