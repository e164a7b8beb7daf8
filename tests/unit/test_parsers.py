"""What strangers write is read in a work that grows with its length and not faster, and nothing of it is a fault."""

import ast
import importlib
import pkgutil
import re
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest

import backend
import worker
from tests.support.fuzz import fuzz
from tests.support.hostile import GROWTH_MAX, SIZE, WORTH_A_LOOK, Maker, filled, growth, hostile_makers
from tests.support.parsers import EXPECTED, PARSERS, Parser

ROOT = Path(__file__).resolve().parents[2]
REPEATS = 5  # the clock of a shared processor may change between the two sizes
SLOWEST = 3  # of a parser's texts are looked at closely
# Patterns that are put together in a function, in which file and how many. What reads with them is in PARSERS.
BUILT = {"backend/notifications/mentions.py": 1, "worker/inbound/quotes.py": 2}


@pytest.fixture(autouse=True)
def inbound(settings: Any) -> None:
    settings.HARK_INBOUND_DOMAIN = "reply.example.org"


def taken(parser: Parser, text: str) -> object:
    try:
        answer = parser.read(text)
    except EXPECTED:
        return None
    assert parser.holds(answer, text), f"{parser.name}: {answer!r} for {text[:80]!r}"
    return answer


@pytest.mark.parametrize("parser", PARSERS, ids=lambda parser: parser.name)
def test_ten_thousand_hostile_characters_are_no_fault_and_take_no_longer_than_they_are_long(parser: Parser) -> None:
    spent = []
    for number, make in enumerate(hostile_makers()):
        text = make(parser.most or SIZE)
        before = time.process_time()
        taken(parser, text)
        spent.append((time.process_time() - before, number, make))
    for time_of_one, _, make in sorted(spent, reverse=True)[:SLOWEST]:
        if time_of_one > WORTH_A_LOOK and not parser.most:
            ratio = growth(lambda text: taken(parser, text), make)
            assert ratio <= GROWTH_MAX, f"{make(20)!r}: {ratio:.1f} times for four times the text"


def _maker(before: str, piece: str, after: str) -> Maker:
    return partial(filled, before, piece, after)


def test_the_measure_tells_quadratic_from_linear_work() -> None:
    brackets = _maker("", ")", "x")
    quadratic = [growth(lambda text: re.sub(r"\)+$", "", text), brackets) for _ in range(REPEATS)]
    linear = [growth(lambda text: [ord(character) for character in text], brackets) for _ in range(REPEATS)]
    assert max(quadratic) > GROWTH_MAX and min(linear) <= GROWTH_MAX


# --- patterns: each that stands in the sources, so that the next one is looked at too -------------------------------


def sources() -> Iterator[tuple[str, ast.Module]]:
    for folder in ("backend", "worker"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == "re":
            yield node


def patterns() -> dict[str, tuple[re.Pattern[str], frozenset[str]]]:
    """Those of the modules, and the literal ones in functions, each with the methods that the sources call."""
    found: dict[str, tuple[re.Pattern[str], frozenset[str]]] = {}
    used = methods()
    for package in (backend, worker):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not re.search(r"migrations|management|__main__|demo|\.asgi|\.wsgi", module.name):
                for name, value in vars(importlib.import_module(module.name)).items():
                    if isinstance(value, re.Pattern):
                        found[f"{module.name}.{name}"] = (value, used.get(name, ALL_METHODS))
    for path, tree in sources():
        for call in calls(tree):
            method = cast(ast.Attribute, call.func).attr
            if method in ALL_METHODS and isinstance(call.args[0], ast.Constant):
                found[f"{path}:{call.lineno}"] = (re.compile(str(call.args[0].value)), frozenset({method}))
    return {name: known for name, known in found.items() if isinstance(known[0].pattern, str)}


def methods() -> dict[str, frozenset[str]]:
    """By the name of a constant, which methods of a pattern the sources call on it."""
    found: dict[str, set[str]] = {}
    for _, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in ALL_METHODS:
                owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
                found.setdefault(owner, set()).add(node.attr)
    return {name: frozenset(called) for name, called in found.items() if name.isupper() or name.startswith("_")}


ALL_METHODS = frozenset({"match", "fullmatch", "search", "findall", "finditer", "split", "sub", "subn"})
OPERATORS = "backend.config.checks."  # reads the settings of who runs the server, and nothing of strangers
PATTERNS = {name: known for name, known in patterns().items() if not name.startswith(OPERATORS)}


def pieces_of(pattern: re.Pattern[str]) -> list[str]:
    """Pairs of the characters that the pattern itself has, which is what makes it go on for long."""
    letters = re.sub(r"\\[a-zA-Z]|[\\^$*+?|]|\{\d*,?\d*\}", "", pattern.pattern)
    kept = [*dict.fromkeys(letters)][:10] + [" ", "a", "0", "-", "\n", '"']
    return [*kept, *(one + other for one in kept for other in kept if one != other)]


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_takes_no_longer_than_the_text_is_long(name: str) -> None:
    pattern, used = PATTERNS[name]

    def read(text: str) -> None:
        if "match" in used:
            pattern.match(text)
        if "fullmatch" in used:
            pattern.fullmatch(text)
        if used - {"match", "fullmatch"}:
            for _ in pattern.finditer(text):
                pass

    for piece in pieces_of(pattern):
        for after in ("", "\0"):
            before = time.process_time()
            read(filled("", piece, after, SIZE))
            if time.process_time() - before > WORTH_A_LOOK:
                ratio = growth(read, _maker("", piece, after))
                assert ratio <= GROWTH_MAX, f"{pattern.pattern} on {piece!r}: {ratio:.1f} times for four times the text"


def test_patterns_that_are_put_together_in_a_function_are_known() -> None:
    assert len(PATTERNS) > 30
    built = {}
    for path, tree in sources():
        inside = [function for function in ast.walk(tree) if isinstance(function, ast.FunctionDef)]
        made = {
            id(call)
            for function in inside
            for call in calls(function)
            if not isinstance(call.args[0], ast.Constant) and cast(ast.Attribute, call.func).attr != "escape"
        }
        if made:
            built[path] = len(made)
    assert built == BUILT


# --- the random ones: a few here, a million once by bench/fuzz.py ---------------------------------------------------


def test_random_hostile_texts_are_no_fault_and_take_no_longer_than_the_bound() -> None:
    report = fuzz(600, seed=12)
    assert report.crashes == report.over == []
    assert len(report.by_parser) == len(PARSERS)
