"""Names as they may stand in a header: whoever chose them, one short line that reads in one direction."""

import unicodedata
from email.headerregistry import Address

NAME_MAX = 60  # characters; a phone shows about forty of a subject
CONTROLS = {"Cc", "Cs", "Zl", "Zp"}  # Unicode: controls, lone surrogates, line and paragraph separators
# UAX 9: they reorder what follows them.
BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean_name(text: str) -> str:
    """One line without controls, direction marks and encoded words (RFC 2047), at most NAME_MAX characters."""
    line = " ".join(text.split()).replace("=?", "= ?")
    kept = " ".join("".join(c for c in line if c not in BIDI and unicodedata.category(c) not in CONTROLS).split())
    return kept if len(kept) <= NAME_MAX else f"{kept[: NAME_MAX - 1].rstrip()}…"


def address(name: str, email: str) -> str:
    """`name <email>`, quoted as RFC 5322 wants it."""
    return str(Address(display_name=clean_name(name), addr_spec=email))


def names_list(names: list[str]) -> str:
    """`Bob`, `Bob and Carol`, `Bob, Carol and 3 others`."""
    distinct = list(dict.fromkeys(clean_name(name) for name in names))
    if len(distinct) <= 2:
        return " and ".join(distinct)
    others = len(distinct) - 2
    return f"{distinct[0]}, {distinct[1]} and {others} other{'s' if others > 1 else ''}"
