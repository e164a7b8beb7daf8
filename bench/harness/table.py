"""The rows of a part, as a table for people: in a terminal, and in docs/benchmarks.md."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.harness.statistics import Spread, number

HEADINGS = ("what", "figure", "Hark against it", "target", "verdict", "note")


@dataclass(frozen=True)
class Target:
    """A promise of the design: a limit that the median has to reach, or may not exceed."""

    limit: float
    at_least: bool
    unit: str = ""

    def __str__(self) -> str:
        return f"{'>=' if self.at_least else '<='} {number(self.limit)}{self.unit}"

    def verdict(self, found: Spread) -> str:
        met = found.median >= self.limit if self.at_least else found.median <= self.limit
        return "met" if met else "missed"


@dataclass(frozen=True)
class Row:
    """One thing measured. The target is for the ratio if there is one, and else for the figure.

    `figure` None: it could not be measured, and `note` says why.
    """

    what: str
    figure: Spread | None = None
    unit: str = ""
    ratio: Spread | None = None
    target: Target | None = None
    note: str = ""

    def cells(self) -> tuple[str, ...]:
        judged = self.ratio or self.figure
        return (
            self.what,
            f"{self.figure}{self.unit}" if self.figure else "-",
            f"{self.ratio} x" if self.ratio else "",
            str(self.target or ""),
            self.target.verdict(judged) if self.target and judged else "",
            self.note,
        )


def markdown(rows: Sequence[Row]) -> str:
    """A table; a missed target is set in bold."""
    lines = [_line(HEADINGS), _line(["---"] * len(HEADINGS))]
    lines += [_line("**missed**" if cell == "missed" else cell for cell in row.cells()) for row in rows]
    return "\n".join(lines)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def terminal(rows: Sequence[Row]) -> str:
    """The same with aligned columns; what nobody fills is left out."""
    table = [HEADINGS, *(row.cells() for row in rows)]
    filled = [column for column in zip(*table, strict=True) if any(column[1:])]
    widths = [max(map(len, column)) for column in filled]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in zip(*filled, strict=True)
    ]
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])
