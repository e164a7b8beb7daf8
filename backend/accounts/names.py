"""What people may be called: a clean line, which claims no office that they do not hold.

A skeleton (Unicode Technical Standard 39, 4) is what a name looks like. Names with the same one look alike.
"""

import unicodedata
from functools import cache
from pathlib import Path

from backend.api.text import UnclearText, line_clean

SKELETON_MAX = 200  # characters
CONFUSABLES = Path(__file__).with_name("confusables.txt")
ACCENTS = (0x300, 0x36F)  # of Latin, Greek and Cyrillic; the marks of other scripts are letters
ONE_STROKE = str.maketrans("i", "l")  # a capital I is an l, so a small i is one too
# Marks of the kind with which other services say that somebody is verified or on their staff.
BADGES = frozenset("\u2611\u2705\u2713\u2714\u221a\U0001f5f8\U0001f5f9\U0001f6e1")
# Nobody but staff has one of these in the name, in the languages of the page.
OFFICES = (
    "admin administrator moderator administración administrador administradora moderador moderadora "
    "الإدارة المشرف المسؤول"
)
# Nobody but staff has a name made of these alone, with or without the words that come with them.
DUTIES = (
    "hark system support staff help helpdesk official service services security mod root "
    "sistema soporte ayuda oficial servicio servicios seguridad personal "
    "هارك النظام الدعم دعم المساعدة رسمي الأمان الخدمة مشرف"
)
BESIDE = "the of team desk bot el la de del equipo فريق الفريق"


def name_clean(name: str, *, is_staff: bool) -> str:
    """The name as it is kept. Raises UnclearText for what is not clear, is empty, or imitates staff."""
    line = line_clean(name)
    if not line:
        raise UnclearText("A name shows something.")
    if not BADGES.isdisjoint(line):
        raise UnclearText("A name has no signs that stand for a check or for staff.")
    if not is_staff and claims_staff(line):
        raise UnclearText("This name is kept for the staff of this server.")
    return line


def claims_staff(name: str) -> bool:
    """Whether it says, or looks as if it said, that somebody is staff: "Admin", "Hark Support", "Αdmin Anna"."""
    words = {skeleton(word) for word in "".join(c if c.isalnum() or _is_mark(c) else " " for c in name).split()}
    if not words.isdisjoint(_known(OFFICES)):
        return True
    looks, beside = skeleton(name), _known(BESIDE)
    return _is_made_of(looks, _known(OFFICES) | _known(DUTIES) | beside) and not _is_made_of(looks, beside)


def skeleton(name: str) -> str:
    """What a name looks like, in any case, without spaces, punctuation and accents; SKELETON_MAX characters at most."""
    seen = unicodedata.normalize("NFKD", name[:SKELETON_MAX])
    looks = _looks(_looks(seen).casefold()).translate(ONE_STROKE)
    kept = "".join(
        c for c in unicodedata.normalize("NFKD", looks) if unicodedata.category(c)[0] not in "PZC" and not _is_accent(c)
    )
    return (kept or seen)[:SKELETON_MAX]


def _looks(text: str) -> str:
    return text.translate(_confusables())


@cache
def _confusables() -> dict[int, str]:
    """What each character looks like."""
    table = {}
    for line in CONFUSABLES.read_text("ascii").splitlines():
        if not line.startswith("#"):
            target, _, sources = line.partition(": ")
            looks = "".join(chr(int(code, 16)) for code in target.split("+"))
            table.update({int(source, 16): looks for source in sources.split()})
    return table


@cache
def _known(words: str) -> frozenset[str]:
    return frozenset(map(skeleton, words.split()))


def _is_made_of(text: str, words: frozenset[str]) -> bool:
    """Whether the text is one or more of the words, one behind the other."""
    reached = {0}
    for start in range(len(text)):
        if start in reached:
            reached |= {start + len(word) for word in words if text.startswith(word, start)}
    return len(text) in reached and text != ""


def _is_accent(character: str) -> bool:
    return ACCENTS[0] <= ord(character) <= ACCENTS[1]


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] == "M"
