"""What somebody wrote, apart from what their mail program added: the mail they answer, a signature, "Sent from my ...".

Four signs, in this order. Most mail programs name the address that the quoted mail came from, in any language: it is
ours, so that is the surest. Without it, mail-parser-reply knows the words of many languages. Lines with `>` are quoted,
and the line before the first of them says who wrote them. A signature begins at its `--`.
"""

import re
from email.utils import parseaddr

from django.conf import settings
from mailparser_reply import EmailMessage
from mailparser_reply.constants import MAIL_LANGUAGES

from backend.chat.models import TEXT_MAX
from backend.notifications.mailbox import LOCAL_PART

# Polish takes any line with "Do:" for the head of a quoted mail, and `david` is a program that nobody here has.
LANGUAGES = sorted(set(MAIL_LANGUAGES) - {"pl", "david"})
LOOKED_AT = TEXT_MAX + 1_000  # characters that the library is given: what begins after them is beyond a message
LINE_LOOKED_AT = 200  # characters of one line; its expressions take quadratic time
INTRODUCTION_MAX = 3  # lines over which mail programs spread "On Tuesday at 14:02 Alice <hark@...> wrote:"
CLOCK = re.compile(r"\d{1,2}[:.h٫]\d{2}|\d{1,2}[./-]\d{1,2}[./-]\d{2}|\b\d{4}\b")
HEAD = re.compile(r"[\W_]*\w[\w ]{0,20}\W{0,3}[:：]")  # "From:", "*De :*", "من:"
SEPARATOR = re.compile(r"(?:[\s_\-=*—–]*|-{3,}[^-]{1,40}-{3,})\Z")
SENT_FROM = re.compile(
    "|".join(
        [
            *(f"(?:{words['sent_from']})" for words in MAIL_LANGUAGES.values() if words.get("sent_from")),
            "Obtener Outlook para|Von meinem .* gesendet|Envoyé de mon|(?:مُ?رسلة?|أُ?رسلت?) من|الحصول على Outlook",
        ]
    ),
    re.IGNORECASE,
)
SENT_FROM_MAX = 60  # characters of such a line without its link; a longer one says something
LINK = re.compile(r"[<(]https?:[^\s>)]*[>)]?")
# Controls but tab and newline, and lone surrogates. A message may have no NUL and no surrogate; a mail needs no other.
UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff]")


def own_text(text: str) -> str:
    """What the sender of a reply wrote themselves; empty if that is nothing."""
    text = UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = [line.rstrip() for line in text.split("\n")]
    lines = _without_signature(_without_quotes(_cut_by_words(_cut_at_our_address(lines))))
    return _without_keys(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n"))


def _cut_at_our_address(lines: list[str]) -> list[str]:
    ours = _our_addresses()
    for number, line in enumerate(lines):
        if not line.startswith(">") and ours.search(line):
            first, last = _introduction(lines, number)
            if lines[last].rstrip("\u200e\u200f\u202c ").endswith((":", "：")) or HEAD.match(line):
                return _without_introduction(lines, first, last)
    return lines


def _our_addresses() -> re.Pattern[str]:
    """Addresses in mails of ours, as mail programs repeat them: between brackets of some kind."""
    known = [re.escape(parseaddr(settings.DEFAULT_FROM_EMAIL)[1])]
    if settings.HARK_INBOUND_DOMAIN:
        known.append(rf"{LOCAL_PART}@{re.escape(settings.HARK_INBOUND_DOMAIN)}")
    return re.compile(rf"(?:[<\[(:]\s?|\A)(?:mailto:)?(?:{'|'.join(known)})(?:[>\])]|\Z)", re.IGNORECASE)


def _introduction(lines: list[str], number: int) -> tuple[int, int]:
    """The first and the last line of the introduction that the line of this number belongs to."""
    first = last = number
    while last - first + 1 < INTRODUCTION_MAX and first > 0 and not CLOCK.search(lines[first]):
        if not (CLOCK.search(lines[first - 1]) or lines[first - 1].endswith("<")):
            break
        first -= 1
    while last - first + 1 < INTRODUCTION_MAX and not lines[last].endswith((":", "：")):
        if last + 1 == len(lines) or not lines[last + 1] or lines[last + 1].startswith(">"):
            break
        last += 1
    return first, last


def _without_introduction(lines: list[str], first: int, last: int) -> list[str]:
    """If `>` marks what follows, the sender may have written below it or in between; if nothing does, all is quoted."""
    following = next((line for line in lines[last + 1 :] if line), "")
    return lines[:first] + (lines[last + 1 :] if following.startswith(">") else [])


def _cut_by_words(lines: list[str]) -> list[str]:
    """Cut where the library finds the head of a quoted mail; it changes the text it reads, so only the place counts."""
    looked_at = re.sub(r"\n{3,}", "\n\n", "\n".join(line[:LINE_LOOKED_AT].strip() for line in lines))[:LOOKED_AT]
    for reply in EmailMessage(text=looked_at, languages=list(LANGUAGES)).read().replies:
        head = reply.headers.strip().split("\n")
        place = _place_of(head[0], lines) if _is_head(reply.headers) else None
        if place is not None and not lines[place].startswith(">"):
            return _without_introduction(lines, place, place + len(head) - 1)
    return lines


def _is_head(text: str) -> bool:
    """A real one has a date. Without it, somebody may have written a list: "To: the harbour", "From: the station"."""
    return bool(CLOCK.search(text)) or text.strip().startswith("-----")


def _place_of(head: str, lines: list[str]) -> int | None:
    return next((number for number, line in enumerate(lines) if line[:LINE_LOOKED_AT].strip() == head), None)


def _without_quotes(lines: list[str]) -> list[str]:
    first = next((number for number, line in enumerate(lines) if line.startswith(">")), None)
    if first is None:
        return lines
    last = next((number for number in range(first - 1, -1, -1) if lines[number]), None)
    if last is not None and lines[last].endswith((":", "：")):
        start, _ = _introduction(lines, last)
        if CLOCK.search(" ".join(lines[start : last + 1])):
            lines = lines[:start] + lines[last + 1 :]
    return [line for line in lines if not line.startswith(">")]


def _without_signature(lines: list[str]) -> list[str]:
    lines = lines[: next((number for number, line in enumerate(lines) if line == "--"), len(lines))]
    while lines and (SEPARATOR.match(lines[-1]) or _is_sent_from(lines[-1])):
        lines.pop()
    return lines


def _is_sent_from(line: str) -> bool:
    words = LINK.sub("", line).strip()
    return len(words) <= SENT_FROM_MAX and bool(SENT_FROM.match(words))


def _without_keys(text: str) -> str:
    """A link or an address of a mail to one person is a key of theirs: it is not told to others, wherever it stands."""
    links = rf"{re.escape(settings.PUBLIC_URL)}/n/\S+"
    return re.sub(rf"(?i){links}|{LOCAL_PART}@[\w-]+(?:\.[\w-]+)*", "[…]", text)
