"""What counts as an emoji, and how it is spelled (Unicode Technical Standard 51)."""

from functools import cache

from emoji import EMOJI_DATA, STATUS

from backend.api.errors import InvalidParameter

VARIATION_SELECTOR = "\ufe0f"  # "show this as a picture"; keyboards put it in or leave it out


def emoji_spelled(text: str) -> str:
    """The one emoji that `text` is, fully qualified: "❤" and "❤\ufe0f" are the same one. Raises InvalidParameter."""
    found = _spellings().get(text.replace(VARIATION_SELECTOR, ""))
    if found is None:
        raise InvalidParameter("emoji", "This is not one emoji.")
    return found


@cache
def _spellings() -> dict[str, str]:
    """Of each emoji without its selectors. A skin tone or a hair style alone is none."""
    full = STATUS["fully_qualified"]
    return {
        known.replace(VARIATION_SELECTOR, ""): known for known, about in EMOJI_DATA.items() if about["status"] == full
    }
