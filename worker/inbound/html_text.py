"""HTML as text, for mails that have nothing else: paragraphs, lists, links; without what is quoted.

Not with `html.parser`: 400 kB of `<!--` keep that of Python 3.11 busy for minutes. This one looks at each character a
few times at most, and is wrong about what hardly a mail has, like `>` in an attribute.
"""

import html
import re
from collections.abc import Iterator

BREAKING = re.compile(  # elements that begin a line
    "address|article|aside|dd|div|dl|dt|fieldset|figure|footer|form|h[1-6]|header|li|main|nav|ol|p|pre|section|table|tr|ul"
)
VOID = re.compile("area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr")  # they have no end
UNSEEN = re.compile("head|noscript|script|style|template|title")
QUOTE_CLASSES = ("gmail_quote", "yahoo_quoted", "protonmail_quote", "moz-cite-prefix")
QUOTE_IDS = {"mail-editor-reference-message-container", "OLK_SRC_BODY_SECTION"}  # of Outlook
LOOK_BACK = 50  # open elements among which an end looks for its start: bounds what a broken page can cost
ATTRIBUTES_MAX = 2_000  # characters of a tag that are looked at
TAG = re.compile(r"(/?)([a-z][a-z0-9:-]*)", re.IGNORECASE)
ATTRIBUTE = re.compile(r"\b(class|id|href)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)


def html_to_text(page: str) -> str:
    """The text a reader sees, less what their mail program marks as quoted."""
    writer = _Writer()
    first, *others = "".join(_without_comments(page)).split("<")
    writer.data(first)
    for piece in others:
        tag, end, text = piece.partition(">")
        name = TAG.match(tag)
        if end and name:
            (writer.end if name[1] else writer.start)(name[2].lower(), tag)
        elif not (end and tag.startswith(("!", "?"))):  # neither a tag nor a declaration
            text = f"<{piece}"
        writer.data(text)
    return writer.text()


def _without_comments(page: str) -> Iterator[str]:
    while page:
        before, start, page = page.partition("<!--")
        yield before
        if start:
            _, _, page = page.partition("-->")


class _Writer:
    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._open: list[str] = []
        self._skip_from: int | None = None  # how deep the element stands whose contents are left out
        self._link = ""
        self._link_from = 0

    def start(self, name: str, tag: str) -> None:
        if VOID.fullmatch(name):
            if name in {"br", "hr"}:
                self._write("\n")
            return
        given = _attributes(tag)
        if self._skip_from is None and (UNSEEN.fullmatch(name) or _is_quote(name, given)):
            self._skip_from = len(self._open)
        self._open.append(name)
        if BREAKING.fullmatch(name):
            self._break(blank=name == "p" and "MsoNormal" not in given.get("class", ""))
        if name == "li":
            self._write("- ")
        if name == "a":
            self._link, self._link_from = given.get("href", ""), len(self._pieces)

    def end(self, name: str, tag: str) -> None:
        if name not in self._open[-LOOK_BACK:]:
            return
        while self._open.pop() != name:
            pass
        if name == "a":
            self._end_link()
        if self._skip_from is not None and len(self._open) <= self._skip_from:
            self._skip_from = None
        if BREAKING.fullmatch(name):
            self._break(blank=False)

    def data(self, text: str) -> None:
        text = _unescaped(text)
        if "pre" not in self._open[-LOOK_BACK:]:
            text = re.sub(r"\s+", " ", text)
            if self._is_at_line_start():
                text = text.lstrip(" ")
        if text:
            self._write(text)

    def text(self) -> str:
        lines = "".join(self._pieces).split("\n")
        return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip(" ") for line in lines)).strip("\n")

    def _write(self, text: str) -> None:
        if self._skip_from is None:
            self._pieces.append(text)

    def _is_at_line_start(self) -> bool:
        return not self._pieces or self._pieces[-1].endswith("\n")

    def _break(self, *, blank: bool) -> None:
        """Begin a new line, if `blank` with an empty one before it."""
        while self._pieces and self._pieces[-1] == " ":
            self._pieces.pop()
        if not self._is_at_line_start():
            self._write("\n")
        if blank and self._pieces:
            self._write("\n")

    def _end_link(self) -> None:
        """The address of a link follows its words, unless they are the address."""
        if self._link.startswith(("http://", "https://", "mailto:")):
            words = "".join(self._pieces[self._link_from :])
            if self._link.removeprefix("mailto:").rstrip("/") not in words:
                self._write(f" ({self._link})")
        self._link = ""


def _attributes(tag: str) -> dict[str, str]:
    found = ATTRIBUTE.finditer(tag[:ATTRIBUTES_MAX])
    return {match[1].lower(): _unescaped(match[2] or match[3] or match[4] or "") for match in found}


def _is_quote(name: str, given: dict[str, str]) -> bool:
    marked = any(quote in given.get("class", "") for quote in QUOTE_CLASSES) or given.get("id") in QUOTE_IDS
    return name == "blockquote" or marked


def _unescaped(text: str) -> str:
    try:
        return html.unescape(text)
    except ValueError:  # `&#` and thousands of digits
        return text
