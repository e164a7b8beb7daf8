"""What a change of a conversation costs, in units of `backend/api/rates.py`."""

# Each reader's feed moves. Somebody who is not in the conversation pays 1, and so learns nothing of its size. A person
# who has declined still counts: the rest of the limit, which the answer tells, must not tell that they have declined.
READERS_PER_UNIT = 25
READERS = f"""
SELECT 1 + count(*) / {READERS_PER_UNIT} FROM chat_participant
WHERE conversation_id = %(conversation_id)s AND (left_at IS NULL OR requested_by_id IS NOT NULL) AND EXISTS (
    SELECT FROM chat_participant
    WHERE conversation_id = %(conversation_id)s AND user_id = %(user_id)s AND left_at IS NULL
)
"""  # noqa: S608  (constants only)
