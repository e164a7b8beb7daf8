"""HTML as text, for mails that have nothing else: paragraphs, lists, links; without what is quoted."""

import re
from html.parser import HTMLParser

BREAKING = re.compile(  # elements that begin a line
    "address|article|aside|dd|div|dl|dt|fieldset|figure|footer|form|h[1-6]|header|li|main|nav|ol|p|pre|section|table|tr|ul"
)
VOID = re.compile("area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr")  # they have no end
UNSEEN = re.compile("head|noscript|script|style|template|title")
QUOTE_CLASSES = ("gmail_quote", "yahoo_quoted", "protonmail_quote", "moz-cite-prefix")
QUOTE_IDS = {"mail-editor-reference-message-container", "OLK_SRC_BODY_SECTION"}  # of Outlook
LOOK_BACK = 50  # open elements among which an end looks for its start: bounds what a broken page can cost


def html_to_text(html: str) -> str:
    """The text a reader sees, less what their mail program marks as quoted."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._open: list[str] = []
        self._skip_from: int | None = None  # how deep the element stands whose contents are left out
        self._link = ""
        self._link_from = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if VOID.fullmatch(tag):
            if tag in {"br", "hr"}:
                self._write("\n")
            return
        if self._skip_from is None and (UNSEEN.fullmatch(tag) or _is_quote(tag, given)):
            self._skip_from = len(self._open)
        self._open.append(tag)
        if BREAKING.fullmatch(tag):
            self._break(blank=tag == "p" and "MsoNormal" not in given.get("class", ""))
        if tag == "li":
            self._write("- ")
        if tag == "a":
            self._link, self._link_from = given.get("href", ""), len(self._pieces)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self._open[-LOOK_BACK:]:
            return
        while self._open.pop() != tag:
            pass
        if tag == "a":
            self._end_link()
        if self._skip_from is not None and len(self._open) <= self._skip_from:
            self._skip_from = None
        if BREAKING.fullmatch(tag):
            self._break(blank=False)

    def handle_data(self, data: str) -> None:
        is_pre = "pre" in self._open[-LOOK_BACK:]
        text = data if is_pre else re.sub(r"\s+", " ", data)
        if not is_pre and self._is_at_line_start():
            text = text.lstrip(" ")
        if text:
            self._write(text)

    def text(self) -> str:
        lines = "".join(self._pieces).split("\n")
        return re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip(" ") for line in lines)).strip("\n")

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
        words = "".join(self._pieces[self._link_from :]).strip()
        plain = self._link.removeprefix("mailto:").rstrip("/")
        if self._link.startswith(("http://", "https://", "mailto:")) and plain not in words:
            self._write(f" ({self._link})")
        self._link = ""


def _is_quote(tag: str, given: dict[str, str]) -> bool:
    marked = any(name in given.get("class", "") for name in QUOTE_CLASSES) or given.get("id") in QUOTE_IDS
    return tag == "blockquote" or marked
