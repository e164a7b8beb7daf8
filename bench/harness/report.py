"""docs/benchmarks.md: one section a part. A run of some parts leaves the sections of the others as they are."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.harness.table import Row, markdown

INTRODUCTION = """# Benchmarks

Written by `bin/bench` (`bin/bench NAME...` for some parts, `bin/bench --quick` to look without writing). Everything
in one table was measured in one run, in turns: A B A B. The server under load has one core for itself; the load
client, PostgreSQL and Valkey have the others. A figure is the median of all rounds, with the lowest and the highest
in brackets; `/s` means per second of processor time of the server, what a core does that it has for itself: other
programs on the machine disturb that less than the clock; `seen` is what the client saw per second of the clock. A
ratio is taken round by round, so what disturbs the machine for a while disturbs both sides. Targets are those of the
promises; what misses its target says so.
"""
MARK = re.compile(r"^<!-- part: (\w+) -->\n", re.MULTILINE)


@dataclass(frozen=True)
class Section:
    """What became of one part. `fault` says why there are no rows."""

    name: str
    title: str
    explanation: str
    rows: Sequence[Row]
    measured: str
    fault: str = ""

    def markdown(self) -> str:
        return f"## {self.title}\n\n{self.explanation}\n\n{markdown(self.rows)}\n\n{self.measured}\n"


def write(file: Path, sections: Sequence[Section], order: Sequence[str]) -> None:
    """Put the sections in, in this order, instead of those with the same names. One without figures changes nothing."""
    measured = {section.name: section.markdown() for section in sections if not section.fault}
    if not measured:
        return
    known = read(file) | measured
    parts = [f"<!-- part: {name} -->\n{known[name].strip()}\n" for name in order if name in known]
    file.write_text("\n".join([INTRODUCTION, *parts]))
    print(f"Written: {file}")


def read(file: Path) -> dict[str, str]:
    """The sections of the file by name; none if there is no file."""
    if not file.exists():
        return {}
    _, *found = MARK.split(file.read_text())
    return dict(zip(found[::2], found[1::2], strict=True))
