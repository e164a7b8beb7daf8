"""What an address may be: a mailbox has one spelling, so that what is counted for a mailbox is counted once."""

import re
from email.errors import MessageError
from email.headerregistry import Address

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from backend.api.text import UnclearText

EMAIL_MAX = 254  # RFC 5321: a path is at most 256 octets with its brackets
LOCAL_PART = re.compile(r"[!-~]+")  # printable ASCII; UTF-8 there (RFC 6531) arrives at few servers


def email_clean(email: str) -> str:
    """The address as it is kept: in lower case, ASCII only, the domain as DNS has it (IDNA), no needless quotes.

    What comes back can stand in the header of a mail, and comes back as it is. Raises UnclearText.
    """
    local, _, domain = email.rpartition("@")
    if len(email) > EMAIL_MAX:
        raise UnclearText(f"An address has at most {EMAIL_MAX} characters.")
    if not LOCAL_PART.fullmatch(local) or "=?" in local or domain.startswith("["):
        raise UnclearText("This is no address that mail can be sent to.")
    try:
        spelled = Address(addr_spec=f"{local}@{domain.encode('idna').decode()}".lower()).addr_spec
        validate_email(spelled)
    except (ValueError, ValidationError, MessageError, IndexError) as fault:
        raise UnclearText("This is no address that mail can be sent to.") from fault
    if len(spelled) > EMAIL_MAX:
        raise UnclearText(f"An address has at most {EMAIL_MAX} characters.")
    return spelled
