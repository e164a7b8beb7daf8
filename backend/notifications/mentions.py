"""Who is named in a message."""

import re


def mentions(text: str, name: str) -> bool:
    """Whether `@name` stands in the text by itself, in any case and spacing: "@Anna" does not name Ann."""
    words = r"\s+".join(re.escape(word) for word in name.casefold().split())
    return bool(words) and re.search(rf"(?<!\w)@{words}(?!\w)", text.casefold()) is not None
