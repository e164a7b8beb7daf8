"""The figures of bin/bench, and how they are written down. Nothing is measured here."""

import importlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.harness.report import Section, read, write
from bench.harness.runner import NOT_QUICK, PARTS, WITHOUT_WRK
from bench.harness.statistics import Spread, number, percentile, ratios, spread
from bench.harness.table import Row, Target, markdown, terminal

TIMES = st.lists(st.floats(0.001, 1e6), min_size=1, max_size=50)


def test_a_spread_is_the_median_with_the_lowest_and_the_highest() -> None:
    assert spread([3, 1, 2]) == Spread(median=2, low=1, high=3)
    assert spread([1, 2]).median == 1.5
    with pytest.raises(ValueError, match="nothing"):
        spread([])


@given(TIMES, st.floats(0.1, 10))
def test_what_slows_a_round_down_on_both_sides_leaves_the_ratio(theirs: list[float], factor: float) -> None:
    found = ratios([time * factor for time in theirs], theirs)
    assert found.low == pytest.approx(factor)
    assert found.high == pytest.approx(factor)


def test_ratios_need_as_many_rounds_on_both_sides() -> None:
    with pytest.raises(ValueError, match="shorter"):
        ratios([1, 2], [1])


def test_a_percentile_is_a_value_that_so_many_do_not_exceed() -> None:
    values = [float(value) for value in range(1, 101)][::-1]
    assert [percentile(values, percent) for percent in (1, 50, 99, 100)] == [1, 50, 99, 100]
    assert percentile([7.0], 50) == 7
    with pytest.raises(ValueError, match="percent"):
        percentile(values, 0)


@given(TIMES, st.floats(1, 100))
def test_a_percentile_is_one_of_the_values(values: list[float], percent: float) -> None:
    found = percentile(values, percent)
    assert found in values
    assert sum(value <= found for value in values) >= len(values) * percent / 100


def test_numbers_have_about_three_digits() -> None:
    values = (12345.6, 99.96, 12.34, 1.234, 0.21, 0.01234, 60.0, 0.0)
    assert [number(value) for value in values] == ["12,346", "100.0", "12.3", "1.23", "0.21", "0.0123", "60", "0"]


@pytest.mark.parametrize(
    ("target", "found", "verdict"),
    [
        (Target(60, at_least=True), 60.0, "met"),
        (Target(60, at_least=True), 59.9, "missed"),
        (Target(150, at_least=False), 150.0, "met"),
        (Target(150, at_least=False), 150.1, "missed"),
    ],
)
def test_a_verdict_is_about_the_median(target: Target, found: float, verdict: str) -> None:
    assert target.verdict(Spread(found, 0, 1000)) == verdict


ROWS = [
    Row("Hark", spread([100, 200, 300]), "/s"),
    Row("theirs", spread([4, 4, 4]), "/s", spread([25, 50, 75]), Target(60, at_least=True, unit=" x"), "slow"),
    Row("other", note="not installed"),
]


def test_a_missed_target_is_said_in_bold() -> None:
    assert markdown(ROWS).splitlines()[2:] == [
        "| Hark | 200 (100-300)/s |  |  |  |  |",
        "| theirs | 4/s | 50 (25-75) x | >= 60 x | **missed** | slow |",
        "| other | - |  |  |  | not installed |",
    ]


def test_the_terminal_gets_aligned_columns_without_empty_ones() -> None:
    heading, _, hark, theirs, other = terminal(ROWS).splitlines()
    assert " ".join(heading.split()) == "what figure Hark against it target verdict note"
    assert theirs.index("slow") == other.index("not installed") == heading.index("note")
    assert hark == "Hark    200 (100-300)/s"
    assert "note" not in terminal(ROWS[:1])


def section(name: str, figure: float, fault: str = "") -> Section:
    return Section(name, name.title(), "Why.", [Row("it", spread([figure]))], "Measured today.", fault)


def test_a_run_of_one_part_leaves_the_others_as_they_are(tmp_path: Path) -> None:
    file = tmp_path / "benchmarks.md"
    order = ["idle", "page", "send"]
    write(file, [section("send", 1), section("idle", 2)], order)
    before = read(file)
    assert list(before) == ["idle", "send"]

    write(file, [section("page", 3)], order)
    assert list(read(file)) == order
    assert {name: read(file)[name].strip() for name in before} == {name: text.strip() for name, text in before.items()}

    write(file, [section("page", 4)], order)
    assert "| it | 4 |" in read(file)["page"]
    assert file.read_text().count("## Page") == 1


def test_a_part_that_could_not_be_measured_replaces_nothing(tmp_path: Path) -> None:
    file = tmp_path / "benchmarks.md"
    write(file, [section("idle", 2)], ["idle"])
    before = file.read_text()
    write(file, [section("idle", 3, fault="no wrk")], ["idle"])
    assert file.read_text() == before


@pytest.mark.parametrize("name", PARTS)
def test_every_part_says_what_it_measures(name: str) -> None:
    part = importlib.import_module(f"bench.{name}")
    assert part.TITLE and part.EXPLANATION and callable(part.measure)


def test_what_is_said_of_parts_is_said_of_parts_there_are() -> None:
    assert {*NOT_QUICK, *WITHOUT_WRK} <= set(PARTS)
