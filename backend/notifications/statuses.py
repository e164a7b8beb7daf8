"""Enhanced mail system status codes (RFC 3463, and IANA's registry of them): what they say of an address."""

import re

ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3}\.\d{1,3})(?![\d.]*\d)")
OF_THE_SENDER = frozenset({"5.1.7", "5.1.8"})  # addressing, but of MAIL FROM: bad syntax, bad system
MAILBOX_DISABLED = "5.2.1"


def status_in(text: str) -> str:
    """The first code in the words of a server: `5.1.1` of `550 5.1.1 No such user`; empty if there is none."""
    found = ENHANCED.search(text)
    return found[0] if found else ""


def is_of_address(status: str) -> bool:
    """Whether it says that no mail to this address will ever arrive."""
    return (status.startswith("5.1.") and status not in OF_THE_SENDER) or status == MAILBOX_DISABLED
