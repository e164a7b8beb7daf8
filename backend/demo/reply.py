"""Answers a captured mail as its recipient's mail program would: a real mail, handed to `inbound`."""

import smtplib
from email.message import EmailMessage
from email.utils import localtime, make_msgid

from django.conf import settings

from backend.notifications.mailbox import listens_at

TIMEOUT = 20  # seconds
CLIENTS = {"smtp": smtplib.SMTP, "lmtp": smtplib.LMTP}


def can_reply(mail: EmailMessage) -> bool:
    """Whether an answer to it becomes a message."""
    return bool(settings.HARK_INBOUND_DOMAIN and mail["Reply-To"])


def reply_send(mail: EmailMessage, text: str) -> str:
    """What `inbound` said to the answer, or why it could not be asked."""
    try:
        with CLIENTS[settings.HARK_INBOUND_PROTOCOL](*listens_at(), timeout=TIMEOUT) as client:
            client.send_message(_reply(mail, text))
    except smtplib.SMTPRecipientsRefused as refusal:
        return _said(*next(iter(refusal.recipients.values())))
    except smtplib.SMTPResponseException as refusal:
        return _said(refusal.smtp_code, refusal.smtp_error)
    except OSError as fault:
        return f"inbound does not answer: {fault}"
    return "Your reply was taken. It is a message now."


def _said(code: int, words: bytes | str) -> str:
    return f"{code} {words if isinstance(words, str) else words.decode()}"


def _reply(mail: EmailMessage, text: str) -> EmailMessage:
    reply = EmailMessage()
    reply["From"], reply["To"], reply["Subject"] = mail["To"], mail["Reply-To"], f"Re: {mail['Subject']}"
    reply["Date"], reply["Message-ID"], reply["In-Reply-To"] = localtime(), make_msgid(), mail["Message-ID"]
    original = mail.get_body(("plain",))
    quoted = "".join(f"> {line}\n" for line in str(original.get_content() if original else "").splitlines())
    reply.set_content(f"{text}\n\nOn {mail['Date']}, {mail['From']} wrote:\n{quoted}")
    return reply
