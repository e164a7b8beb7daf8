"""Random hostile texts through all parsers, half of them in Python and half in JavaScript: 0 crashes, 0 over the bound.

`python -m bench.fuzz [EXAMPLES] [SEED]`, with the environment of Hark; a million take about an hour on one core.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import django

HERE = Path(__file__).parent
EXAMPLES = 1_000_000
SHOWN = 20  # faults of each kind


def main(arguments: list[str]) -> int:
    """Print what became of the texts. Returns 1 if one was a fault or took too long, 2 without Node."""
    examples, seed = _given(arguments)
    node = shutil.which("node")
    if node is None:
        print("Node is missing: the parsers of the page are JavaScript.", file=sys.stderr)
        return 2
    command = [node, str(HERE / "fuzz.mjs"), str(examples // 2), str(seed)]
    page = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)  # noqa: S603
    server = _server(examples - examples // 2, seed)
    return max(_tell("page", page), _tell("server and worker", server))


def _given(arguments: list[str]) -> tuple[int, int]:
    given = [int(argument) for argument in arguments]
    return given[0] if given else EXAMPLES, given[1] if len(given) > 1 else 1


def _server(examples: int, seed: int) -> dict[str, object]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.support.settings")
    django.setup()
    from django.conf import settings

    settings.HARK_INBOUND_DOMAIN = "reply.example.org"
    from tests.support.fuzz import fuzz

    report = fuzz(examples, seed)
    figures: dict[str, object] = {name: getattr(report, name) for name in ("inputs", "characters", "crashes", "over")}
    return {**figures, "slowest": report.slowest * 1000}


def _tell(where: str, report: dict[str, object]) -> int:
    crashes, over = report["crashes"], report["over"]
    assert isinstance(crashes, list) and isinstance(over, list)  # noqa: S101
    print(f"{where}: {report['inputs']:,} texts of {report['characters']:,} characters,")
    print(f"  {len(crashes)} crashes, {len(over)} over the bound, the slowest took {report['slowest']:.0f} ms")
    for fault in [*crashes[:SHOWN], *over[:SHOWN]]:
        print(f"  {fault}")
    return int(bool(crashes or over))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
