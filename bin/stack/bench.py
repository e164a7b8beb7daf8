"""bin/bench: measures Hark against baselines, prints the table and writes docs/benchmarks.md."""

import shutil
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from stack import environment, guardian
from stack.environment import ROOT

USAGE = """Usage: bin/bench [--quick] [NAME...]
Measures, prints tables and writes docs/benchmarks.md. --quick measures little, and writes no file.
Parts: """


def main(arguments: list[str]) -> int:
    """Measure the parts named, or all. Returns 0, also where a target is missed; 1 if a part could not be measured."""
    sys.path.insert(0, str(ROOT))
    from bench.harness import report, runner

    names = [argument for argument in arguments if not argument.startswith("-")]
    flags = [argument for argument in arguments if argument.startswith("-")]
    usage = USAGE + " ".join(runner.PARTS)
    if flags in (["-h"], ["--help"]):
        print(usage)
        return 0
    for flag in flags:
        if flag != "--quick":
            return _refuse(f"There is no option {flag}.", usage)
    for name in names:
        if name not in runner.PARTS:
            return _refuse(f"There is no part {name}.", usage)
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=environment.var_folder()))
    guardian.delete_at_end(folder)
    try:
        faults = 0
        with closing(runner.measure(names, folder, quick=bool(flags))) as sections:
            for section in sections:  # written one by one: what ends a later part does not take the earlier ones along
                faults += bool(section.fault)
                if not flags:
                    report.write(ROOT / "docs" / "benchmarks.md", [section], list(runner.PARTS))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if faults else 0


def _refuse(fault: str, usage: str) -> int:
    print(fault, usage, sep="\n", file=sys.stderr)
    return 2
