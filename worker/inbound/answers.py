"""What Hark says to whoever hands it a mail: replies of RFC 5321 (4.2) with the enhanced codes of RFC 3463.

A sender reads the words in the bounce that their own server makes of a 5xx. 4xx is tried again.
"""

from backend.chat.models import TEXT_MAX
from backend.notifications.mailbox import REPLY_DAYS

GREET_NOBODY = "421 4.3.2 Too many connections, come again later"
GOODBYE = "421 4.3.2 This server is going down, come again later"
TOO_SLOW = "421 4.4.2 It took too long, goodbye"

TOO_LARGE = "552 5.3.4 The mail is larger than this server takes; nothing was posted"
ENOUGH_RECIPIENTS = "452 4.5.3 Too many recipients at once, send the others a mail of their own"
NO_RELAY = "550 5.7.1 This server takes mail for its own domain only"
UNKNOWN = "550 5.1.1 There is no such address here"
TOO_OLD = f"550 5.7.1 This address is older than it may be ({REPLY_DAYS} days for replies): please answer in the chat"

NOT_THE_SENDER = (
    "550 5.7.1 Only the person that Hark wrote to may answer, from the address of their account; not posted"
)
SENDER_UNCLEAR = "550 5.7.1 The From field must name one sender; nothing was posted"
FORGED = "550 5.7.26 The mail server here found that somebody else wrote this (DMARC); nothing was posted"
INACTIVE = "550 5.7.1 This account is switched off; nothing was posted"
LEFT = "550 5.7.1 You are no longer in this conversation; nothing was posted"
PENDING = "550 5.7.1 You have not accepted this conversation yet; nothing was posted"
BLOCKED = "550 5.7.1 Messages between the two of you are not possible; nothing was posted"
ATTACHMENTS = "550 5.6.1 Attachments are not supported yet, so nothing was posted: please send the text alone"
EMPTY = "550 5.6.0 There is no text of your own above or below the quoted mail; nothing was posted"
TOO_LONG = f"550 5.2.3 The text is longer than a message may be ({TEXT_MAX} characters); nothing was posted"
TOO_COMPLEX = "554 5.6.0 The mail has too many parts, lines or fields; nothing was posted"
TOO_MANY = "450 4.7.1 Too many replies within an hour, they are taken later"
LATER = "451 4.3.0 Hark cannot take the mail right now, come again later"

OK = "250 2.0.0 OK"
POSTED = "250 2.0.0 Posted"
POSTED_BEFORE = "250 2.0.0 Posted before"
DROPPED = "250 2.0.0 Taken, but not posted: it looks automatic"
NOTED = "250 2.0.0 Noted"


class Refused(Exception):
    """The mail is not taken; `answer` is the reply, one line of ASCII."""

    def __init__(self, answer: str) -> None:
        super().__init__(answer)
        self.answer = answer
