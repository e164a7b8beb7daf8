"""Random hostile texts through every parser of the list, each with a bound on the time of the processor it may take."""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from tests.support.hostile import PIECES, SIZE
from tests.support.parsers import EXPECTED, PARSERS, Parser

PIECES_MAX = 12  # kinds of pieces in one text
PER_CHARACTER = 50e-6  # seconds; parsers take 1 to 5, and quadratic work on SIZE characters takes hundreds
AT_LEAST = 0.05  # seconds that any text may take
RETRIES = 3  # a busy machine is no fault of the parser's
LONG_ONE = 50  # one text in so many has SIZE characters


@dataclass
class Report:
    """What became of the texts."""

    inputs: int = 0
    characters: int = 0
    refused: int = 0
    slowest: float = 0.0  # seconds for one text
    crashes: list[str] = field(default_factory=list)
    over: list[str] = field(default_factory=list)
    by_parser: Counter[str] = field(default_factory=Counter)


def texts(random: Random) -> Iterator[str]:
    """Pieces in any order and number, short ones and, now and then, one as long as a message may be."""
    while True:
        length = SIZE if random.randrange(LONG_ONE) == 0 else int(2 ** random.uniform(0, 10))
        kinds = [
            random.choice(PIECES) if random.random() < 0.9 else chr(random.randrange(0x11_0000))
            for _ in range(PIECES_MAX)
        ]
        made: list[str] = []
        room = length
        while room > 0:
            run = random.choice(kinds) * random.choice((1, 1, 1, 2, 3, 10, 100, room))
            made.append(run[:room])
            room -= len(made[-1])
        yield "".join(made)


def fuzz(examples: int, seed: int) -> Report:
    """So many texts, by turns through all parsers. Raises nothing."""
    random, report = Random(seed), Report()  # noqa: S311  (nothing secret)
    source = texts(random)
    for number in range(examples):
        parser = PARSERS[number % len(PARSERS)]
        text = next(source)[: parser.most or SIZE]
        report.inputs += 1
        report.characters += len(text)
        report.by_parser[parser.name] += 1
        _one(parser, text, report)
    return report


def _one(parser: Parser, text: str, report: Report) -> None:
    spent = [_spent(parser, text, report)]
    bound = max(AT_LEAST, PER_CHARACTER * len(text))
    while spent[-1] > bound and len(spent) <= RETRIES:
        spent.append(_spent(parser, text, report))
    report.slowest = max(report.slowest, min(spent))
    if min(spent) > bound:
        report.over.append(f"{parser.name}: {min(spent):.3f} s for {text[:60]!r}... ({len(text)} characters)")


def _spent(parser: Parser, text: str, report: Report) -> float:
    begun = time.process_time()
    try:
        answer = parser.read(text)
        if not parser.holds(answer, text):
            report.crashes.append(f"{parser.name}: {answer!r} for {text[:200]!r}")
    except EXPECTED:
        report.refused += 1
    except Exception as fault:
        report.crashes.append(f"{parser.name}: {type(fault).__name__}: {fault} for {text[:200]!r}")
    return time.process_time() - begun
