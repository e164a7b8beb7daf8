"""What may stand where others see it: one line that can be seen, or a body that shows something."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.api.text import MARKS_MAX, UnclearText, body_check, is_visible, line_clean

LINES = [
    "Alice",
    "O'Brien-Ño",
    "محمد",
    "می\u200cخواهم",  # Persian: a joiner that keeps apart
    "ක්\u200dෂ",  # Sinhala: one that joins
    "क्\u200dष",
    "עִבְרִית",
    "ภาษาไทยที่",
    "葛\U000e0100城",  # a form of an ideograph, in Japanese names
    "👨\u200d👩\u200d👧 Family",
    "👩🏽\u200d⚕\ufe0f",
    "🙂\u200d↔\ufe0f",
    "❤\ufe0f",
    "1\ufe0f\u20e3",
    "\U0001fae8",  # newer than the Unicode of some Pythons
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "",
]
UNCLEAR = {
    "override": "a\u202eb",
    "isolate": "a\u2066b",
    "mark of a direction": "\u200eAlice",
    "zero width alone": "\u200b",
    "zero width inside": "Ali\u200bce",
    "joiner between Latin letters": "Ali\u200dce",
    "joiner at the end": "می\u200c",
    "byte order mark": "\ufeffAlice",
    "soft hyphen": "Al\u00adice",
    "escape": "a\x1b[31mb",
    "line break": "Alice\r\nBob",
    "line separator": "Alice\u2028Bob",
    "tab": "Alice\tBob",
    "NUL": "a\0b",
    "surrogate": "a\ud800b",
    "private": "a\ue000b",
    "unassigned": "a\u0378b",
    "noncharacter": "a\ufffeb",
    "Hangul filler": "\u3164",
    "Braille blank": "\u2800\u2800",
    "joiner of graphemes": "a\u034fb",
    "variation of a letter": "a\ufe0fb",
    "tags alone": "a\U000e0041b",
    "marks alone": "\u0301",
    "marks in a tower": "x" + "\u0335" * (MARKS_MAX + 1),
}


@pytest.mark.parametrize("line", LINES)
def test_what_scripts_and_emoji_need_is_kept(line: str) -> None:
    assert line_clean(line) == unicodedata.normalize("NFC", line)


@pytest.mark.parametrize("line", UNCLEAR.values(), ids=UNCLEAR)
def test_what_is_not_seen_or_turns_others_around_is_refused(line: str) -> None:
    with pytest.raises(UnclearText):
        line_clean(line)


def test_a_line_has_one_spelling_and_single_spaces() -> None:
    assert line_clean(" Zoe\u0301 \u00a0 Lee\u3000 ") == "Zo\u00e9 Lee"


@given(st.text(max_size=100))
def test_a_line_that_is_clean_stays_as_it_is(text: str) -> None:
    try:
        line = line_clean(text)
    except UnclearText:
        return
    assert line_clean(line) == line == " ".join(line.split())
    assert not line or is_visible(line)


@pytest.mark.parametrize("text", ["a", "\ta\r\n\nb ", "\u202ea", "x\u0301", "👍", "\U0001fae8", "\u3164a"])
def test_a_body_stays_as_it_was_typed(text: str) -> None:
    body_check(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n",
        "\u200b",
        "\u202e\u2066",
        "\u3164",
        "\u2800\n",
        "\u0301",
        "\ufeff",
        "a\x1b[0m",
        "a\0",
        "a\x85",
        "\ud83d",
    ],
)
def test_a_body_that_shows_nothing_or_has_controls_is_refused(text: str) -> None:
    with pytest.raises(UnclearText):
        body_check(text)
