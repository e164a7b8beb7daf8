"""Mails as people, their programs and their servers send them to Hark."""

from email.message import EmailMessage
from email.utils import make_msgid
from typing import Any

from backend.accounts.models import User
from backend.notifications.mailbox import bounce_address, reply_address

DOMAIN = "reply.example.org"
TEXT = "I can. How heavy is it?"


def reply_to(user: User, conversation_id: int) -> str:
    """The address in the mail that told this user of the conversation."""
    address = reply_address(user_id=user.id, conversation_id=conversation_id)
    assert address is not None
    return address


def bounce_to(user: User) -> str:
    """The envelope sender of mails to this user."""
    address = bounce_address(user_id=user.id)
    assert address is not None
    return address


def reply_mail(sender: User | str, text: str = TEXT, **fields: str) -> EmailMessage:
    """An answer, with further header fields (with _ for -); an empty one is left out."""
    mail = EmailMessage()
    defaults = {
        "From": sender if isinstance(sender, str) else f"{sender.name} <{sender.email}>",
        "Subject": "Re: Alice: 1 new message",
        "Date": "Tue, 24 Nov 2026 14:02:11 +0000",
        "Message-ID": make_msgid(domain="mail.example.com"),
    }
    for name, value in (defaults | {name.replace("_", "-"): value for name, value in fields.items()}).items():
        if value:
            mail[name] = value
    mail.set_content(text)
    return mail


def bounce_mail(recipient: str, **fields: str) -> bytes:
    """A delivery status notification (RFC 3464), as Postfix writes it; `fields` change those about the recipient."""
    about: dict[str, Any] = {
        "Final-Recipient": f"rfc822; {recipient}",
        "Action": "failed",
        "Status": "5.1.1",
        "Diagnostic-Code": f"smtp; 550 5.1.1 <{recipient}>: Recipient address rejected",
    } | {name.replace("_", "-"): value for name, value in fields.items()}
    status = "\n".join(f"{name}: {value}" for name, value in about.items() if value)
    return f"""From: MAILER-DAEMON@mail.example.com (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="dsn"

--dsn
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--dsn
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.com
Arrival-Date: Tue, 24 Nov 2026 14:02:11 +0000

{status}

--dsn
Content-Type: message/rfc822

Subject: Alice: 1 new message

Hello
--dsn--
""".encode()
