"""Names as they may stand in a header or a sentence: whoever chose them, one short line that keeps to itself."""

import unicodedata
from email.headerregistry import Address

from django.utils.translation import get_language_bidi, gettext, ngettext

NAME_MAX = 60  # characters; a phone shows about forty of a subject
CONTROLS = {"Cc", "Cs", "Zl", "Zp"}  # Unicode: controls, lone surrogates, line and paragraph separators
# UAX 9: they reorder what follows them.
BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
RIGHT_TO_LEFT = {"R", "AL"}  # Unicode: the classes of letters that run from right to left
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"


def clean_name(text: str) -> str:
    """One line without controls, direction marks and encoded words (RFC 2047), at most NAME_MAX characters."""
    kept = "".join(c for c in text.replace("=?", "= ?") if c.isspace() or _is_harmless(c))
    line = " ".join(kept.split()).replace("=?", "= ?")  # a control may have stood between the two
    return line if len(line) <= NAME_MAX else f"{line[: NAME_MAX - 1].rstrip()}…"


def _is_harmless(character: str) -> bool:
    return character not in BIDI and unicodedata.category(character) not in CONTROLS


def isolated(text: str) -> str:
    """A text inside of a sentence, so that neither turns the other around (UAX 9), where one of them runs leftwards."""
    if text and get_language_bidi() or any(unicodedata.bidirectional(c) in RIGHT_TO_LEFT for c in text):
        return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}"
    return text


def address(name: str, email: str) -> str:
    """`name <email>`, quoted as RFC 5322 wants it."""
    return str(Address(display_name=clean_name(name), addr_spec=email))


def names_list(names: list[str]) -> str:
    """`Bob`, `Bob and Carol`, `Bob, Carol and 3 others`, in the reader's language; empty names are left out."""
    distinct = [isolated(name) for name in dict.fromkeys(map(clean_name, names)) if name]
    if len(distinct) <= 1:
        return "".join(distinct)
    pair = {"first": distinct[0], "second": distinct[1]}
    if len(distinct) == 2:
        return gettext("%(first)s and %(second)s") % pair
    others = len(distinct) - 2
    sentence = ngettext(
        "%(first)s, %(second)s and %(count)d other", "%(first)s, %(second)s and %(count)d others", others
    )
    return sentence % {**pair, "count": others}
