"""What may not stand in a log."""

import logging
import re

# The links of mails: /password/reset/…, /n/unsubscribe/…. Nothing else in an address of Hark is that long.
KEY = re.compile(r"(?<=/)[\w:.~%-]{40,}", re.ASCII)


def without_keys(text: str) -> str:
    """The text, in which long parts of paths, which open something, are left out."""
    return KEY.sub("…", text)


class KeysFilter(logging.Filter):
    """Leaves keys out of what is logged, of Django's "Internal Server Error: /path" above all."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = without_keys(record.getMessage()), ()
        return True
