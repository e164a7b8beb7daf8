"""Whom a mail is from, where an answer to it goes, and where it comes back to if it cannot be delivered."""

from email.headerregistry import Address
from email.utils import parseaddr

from django.conf import settings
from django.utils.translation import gettext

from backend.notifications.mailbox import bounce_address, reply_address
from worker.channels.email.names import address, clean_name
from worker.letter import Letter


def from_header(letter: Letter) -> str:
    """DEFAULT_FROM_EMAIL, with the name of who wrote where it is one person and may be told: `Alice via Hark <...>`.

    The address is Hark's own, or no receiver would believe it (SPF, DKIM, DMARC).
    """
    site, email = parseaddr(settings.DEFAULT_FROM_EMAIL)
    sender = _only_sender(letter)
    if not sender:
        return str(settings.DEFAULT_FROM_EMAIL)
    name = gettext("%(name)s via %(site)s") % {"name": sender, "site": clean_name(site) or "Hark"}
    return str(Address(display_name=name, addr_spec=email))


def _only_sender(letter: Letter) -> str:
    if letter.hide_content or len(letter.parts) != 1 or not letter.parts[0].conversation.is_direct:
        return ""
    return clean_name(letter.parts[0].messages[0].sender_name)


def to_header(letter: Letter) -> str:
    """The recipient."""
    return address(letter.recipient.name, letter.recipient.email)


def reply_to(letter: Letter) -> str | None:
    """Where an answer becomes a message; None for a digest, or where Hark receives no mail."""
    if len(letter.parts) != 1:
        return None
    conversation_id = letter.parts[0].conversation.id
    return reply_address(user_id=letter.recipient.id, conversation_id=conversation_id)


def envelope_sender(letter: Letter) -> str:
    """MAIL FROM (RFC 5321), to which bounces go: the recipient's own bounce address, else DEFAULT_FROM_EMAIL."""
    return bounce_address(user_id=letter.recipient.id) or str(settings.DEFAULT_FROM_EMAIL)
