"""Texts that somebody who means harm would send, and a measure of how the work grows with them.

The same kinds are in tests/browser/unit/support/hostile.js.
"""

import time
from collections.abc import Callable, Iterator
from functools import partial

# What is repeated: openers, closers, pairs of them, punctuation, beginnings that do not go on, and what is not seen.
PIECES = [
    *("(", ")", "()", "[", "]", "{", "}", "<", ">", "<>", "<!--", "<a href=", "</", "&lt;", "&#", '"', "'", "`", "```"),
    *(".", "..", "-", "--", "---", "_", "*", "~", "=", "/", "\\", '\\"', "@", "@a", "@Anna ", "a@", "a@b.", "<a@b>,"),
    *(
        "http://",
        "https://a/",
        "[http://[",
        "xn--",
        "%",
        "%00",
        "&a=b",
        "#",
        "?",
        ":",
        "::",
        ";",
        ",",
        "|",
        "W/",
        '"",',
    ),
    *(
        "a",
        "0",
        "9",
        "a ",
        "ab\n",
        "A\n",
        " ",
        "  ",
        "\t",
        "\n",
        "\r\n",
        "\r",
        ">",
        "> ",
        ">\n",
        "-- \n",
        "\0",
        "\x1b[0m",
    ),
    *(
        "\x85",
        "\u2028",
        "\u0301",
        "a\u0301",
        "\u0301\u0323",
        "\u0e31",
        "\u200b",
        "\u200d",
        "\u202e",
        "\u2066",
        "\ufeff",
    ),
    *(
        "\u3164",
        "\ud83d",
        "\udc4d",
        "👍",
        "👍🏽",
        "👨\u200d👩",
        "\U000e0067",
        "\ufe0f",
        "é",
        "ß",
        "İ",
        "ﷺ",
        "م",
        "漢",
        "，",
    ),
    *(
        "5.1.1 ",
        "5.",
        "--a",
        "--a\n",
        "=?utf-8?q?a?=",
        "=?",
        "From: ",
        "On 1.1.2026 a wrote:\n",
        "{",
        '{"a":',
        "[[",
        "\\u",
    ),
]
AROUND = [("", ""), ("http://a@Anna", "\0"), ('<"', ":x")]

SIZE = 10_000  # characters: TEXT_MAX
TIMES = 4
GROWTH_MAX = 10.0  # of four times the text linear work is 4 times as long, n log n 5 times, quadratic work 16 times
CUBIC_FROM = 40.0  # short texts are measured in fractions of a millisecond, which vary
WORTH_A_LOOK = 0.04  # seconds for SIZE characters; below it quadratic work is under a nanosecond for each pair
LONG = 0.2  # seconds from which on chance does not matter
TRIES = 5


Maker = Callable[[int], str]


def hostile_makers() -> Iterator[Maker]:
    """Each makes a text of a length: a piece as often as it fits, between two ends; two pieces in two halves."""
    for before, after in AROUND:
        for piece in PIECES:
            yield partial(filled, before, piece, after)
    for piece in (")", ".", "(", "`", "@", " ", "\u0301", "<", ">"):
        for other in ("x", "\u0323"):
            yield partial(halves, piece, other)


def halves(piece: str, other: str, length: int) -> str:
    """Many of the one, then many of the other."""
    return filled("", piece, "", length // 2) + filled("", other, "", length - length // 2)


def filled(before: str, piece: str, after: str, length: int) -> str:
    """`before`, the piece as often as it fits, `after`."""
    room = max(0, length - len(before) - len(after))
    return before + (piece * (room // len(piece) + 1))[:room] + after


def growth(read: Callable[[str], object], make: Callable[[int], str]) -> float:
    """How often longer the work takes on a text four times as long; 0 where it is too short to say, as linear work is.

    In time of the processor, and the shortest of several tries, so that a busy machine does not matter.
    """
    early = _ratio(SIZE // 10, read, make)  # such work on a long text would not come to an end
    return early if early > CUBIC_FROM else _ratio(SIZE, read, make)


def _ratio(size: int, read: Callable[[str], object], make: Callable[[int], str]) -> float:
    one = _shortest(read, make(size), WORTH_A_LOOK * size / SIZE)
    return _shortest(read, make(size * TIMES), 0.0) / one if one else 0.0


def _shortest(read: Callable[[str], object], text: str, enough: float) -> float:
    best = float("inf")
    for tries in range(TRIES):
        before = time.process_time()
        read(text)
        best = min(best, time.process_time() - before)
        if best <= enough or (tries and best > LONG):
            break
    return 0.0 if best <= enough else best
