"""What strangers may write where others see it: one rule for every name, title and message.

A line (a name, a title) is kept in one spelling (NFC) and has nothing that cannot be seen, but for what
scripts and emoji are joined with. A body (a message) stays as it was typed. Both show something.
"""

import re
import unicodedata

LINE_MAX = 1_000  # characters; NFC takes quadratic time on a long run of marks, so what is longer is not looked at
MARKS_MAX = 4  # marks on one letter (Unicode Technical Standard 39, 5.4); more run over the lines above and below
ZERO_WIDTH_NON_JOINER, JOINER = "\u200c", "\u200d"
# Scripts whose letters the two join or keep apart: Arabic to Mandaic, India to Sinhala, Myanmar, Khmer, Mongolian.
JOINED_SCRIPTS = (
    (0x600, 0x8FF),
    (0x900, 0xDFF),
    (0x1000, 0x109F),
    (0x1780, 0x18AF),
    (0xFB50, 0xFDFF),
    (0xFE70, 0xFEFC),
)
EMOJI = (0x1F000, 0x1FAFF)  # with those that this Python's Unicode does not know yet
BLACK_FLAG, TAGS, TAG_END = "\U0001f3f4", (0xE0020, 0xE007E), "\U000e007f"  # the flags of England, Scotland, Wales
VARIATION = (0xFE0E, 0xFE0F)  # after an emoji: as text, as a picture
IDEOGRAPHIC_VARIATION = (0xE0100, 0xE01EF)  # after an ideograph: which form of it, in Japanese names
UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})  # Unicode's controls, formats, private and unassigned
BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")  # letters and signs that show nothing
VISIBLE = frozenset("LNPS")  # Unicode: letters, numbers, punctuation, symbols
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")  # all but tabs and line breaks


class UnclearText(ValueError):
    """A text that may not stand where others see it; the words say why."""


def line_clean(text: str) -> str:
    """The line in NFC, with single spaces and none around it; empty for an empty one. Raises UnclearText."""
    if len(text) > LINE_MAX:
        raise UnclearText("This is too long.")
    line = " ".join(word for word in _spaced(unicodedata.normalize("NFC", text)).split(" ") if word)
    if any(_is_unclear(line, place) for place in range(len(line))):
        raise UnclearText("This has characters that are not seen, or that change how others are read.")
    if _marks_max(line) > MARKS_MAX:
        raise UnclearText("This has too many marks on one letter.")
    if line and not is_visible(line):
        raise UnclearText("This shows nothing.")
    return line


def body_check(text: str) -> None:
    """Raise UnclearText unless the text shows something and has no controls but tabs and line breaks."""
    if CONTROLS.search(text):
        raise UnclearText("This has control characters.")
    if not is_visible(text):
        raise UnclearText("This shows nothing.")


def is_visible(text: str) -> bool:
    """Whether anybody sees something of it."""
    return any(_shows(character) for character in text)


def is_emoji(character: str) -> bool:
    """Whether it is a picture, or may be one in a newer Unicode."""
    return _within(character, EMOJI) or unicodedata.category(character) == "So"


def _shows(character: str) -> bool:
    return (unicodedata.category(character)[0] in VISIBLE and character not in BLANK) or _within(character, EMOJI)


def _spaced(text: str) -> str:
    """Each kind of space as the plain one."""
    return "".join(" " if unicodedata.category(character) == "Zs" else character for character in text)


def _is_unclear(line: str, place: int) -> bool:
    character = line[place]
    before, after = line[place - 1 : place], line[place + 1 : place + 2]
    if character in (JOINER, ZERO_WIDTH_NON_JOINER):
        return not _joins(character, before, after)
    if _within(character, VARIATION):
        return not (before and (is_emoji(before) or before in "#*0123456789" or unicodedata.category(before) == "Sm"))
    if _within(character, IDEOGRAPHIC_VARIATION):
        return not (before and before >= "\u3400" and unicodedata.category(before) == "Lo")
    if _within(character, TAGS) or character == TAG_END:
        return not (before == BLACK_FLAG or _within(before, TAGS))
    if "\ufe00" <= character <= "\ufe0d" or character in BLANK:
        return True
    return unicodedata.category(character) in UNSEEN and not _within(character, EMOJI)


def _joins(joiner: str, before: str, after: str) -> bool:
    """Whether one of the two joiners does something here (RFC 5892, A.1 and A.2, and UTS 51 for emoji)."""
    if not before or not after:
        return False
    if joiner == JOINER and (is_emoji(after) or unicodedata.category(after) == "Sm"):
        return is_emoji(before) or _within(before, VARIATION) or unicodedata.category(before) == "Sk"
    return any(_within(before, script) and _within(after, script) for script in JOINED_SCRIPTS)


def _marks_max(line: str) -> int:
    most = run = 0
    for character in line:
        run = run + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        most = max(most, run)
    return most


def _within(character: str, bounds: tuple[int, int]) -> bool:
    return len(character) == 1 and bounds[0] <= ord(character) <= bounds[1]
