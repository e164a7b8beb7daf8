"""Whether a mail was written by a person. What was not is taken and dropped: it is never posted and never answered."""

from email.message import Message

from worker.channels.email.headers import message_id
from worker.inbound.mail import field

NOBODY = ("", "<>")  # the envelope sender of bounces and of most auto-replies (RFC 5321, 4.5.5)
BULK = {"bulk", "junk", "list", "auto_reply"}
TELLING = ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress", "List-Id")
REPORTS = {"multipart/report", "message/delivery-status", "message/disposition-notification"}


def automatic_sign(mail: Message, *, envelope_sender: str) -> str:
    """What shows that no person wrote it (RFC 3834 and what is in use besides); empty if nothing does."""
    if envelope_sender in NOBODY:
        return "null sender"
    if field(mail, "Auto-Submitted").partition(";")[0].strip().lower() not in ("", "no"):
        return "Auto-Submitted"
    if field(mail, "Precedence").lower() in BULK:
        return "Precedence"
    for name in TELLING:
        if field(mail, name).lower() not in ("", "no"):
            return name
    if mail.get_content_type() in REPORTS:
        return "report"
    return "a mail of ours" if is_ours(field(mail, "Message-ID")) else ""


def is_ours(given: str) -> bool:
    """Whether Hark made this Message-ID. The host alone tells nothing: the mail server of the house may share it."""
    name = given.removeprefix("<").rpartition("@")[0].rpartition(".")[0]
    return given == message_id(name)
