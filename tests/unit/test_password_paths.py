"""No code of Hark compares or makes a password hash except through the gate, and none compares one uncounted."""

import ast
import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ACCOUNTS = "backend/accounts"
HASHERS = "django.contrib.auth.hashers"
# Names of Django's that look at a password or hash one, and the modules of ours that may use them.
MAY_USE = {
    "check_password": {f"{ACCOUNTS}/passwords.py"},
    "acheck_password": set[str](),
    "make_password": {f"{ACCOUNTS}/passwords.py"},
    "verify_password": set[str](),
    "get_hasher": set[str](),
    "identify_hasher": set[str](),
    "authenticate": {f"{ACCOUNTS}/services/credentials.py"},
    "aauthenticate": set[str](),
    "password_matches": {f"{ACCOUNTS}/models.py", f"{ACCOUNTS}/services/credentials.py"},
    "credentials_verify": {f"{ACCOUNTS}/backends.py"},
}
BEARER = "backend/config/health.py"  # calls the `authenticate` of a bearer token's class, which takes no password


def modules() -> dict[str, ast.Module]:
    """Each module of backend and worker by its path, parsed."""
    files = [*ROOT.glob("backend/**/*.py"), *ROOT.glob("worker/**/*.py"), ROOT / "manage.py"]
    gc.disable()  # Python 3.11 fails to parse if a callback of the collector runs meanwhile, and Hypothesis has one
    try:
        return {str(file.relative_to(ROOT)): ast.parse(file.read_text()) for file in files}
    finally:
        gc.enable()


def called(tree: ast.AST) -> Iterator[str]:
    """The last name of everything that is called, or handed on to be called later (`sync_to_async(x.y)`)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Name):
            yield node.id


def test_only_one_module_knows_djangos_hashers() -> None:
    knows = {
        path
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if (isinstance(node, ast.ImportFrom) and node.module == HASHERS)
        or (isinstance(node, ast.Import) and any(name.name == HASHERS for name in node.names))
    }
    assert knows == {f"{ACCOUNTS}/passwords.py"}


@pytest.mark.parametrize("name", MAY_USE)
def test_passwords_are_looked_at_in_one_place(name: str) -> None:
    # The overrides of Django's own entrances, which lead to the same place.
    entrances = {f"{ACCOUNTS}/models.py", f"{ACCOUNTS}/backends.py", BEARER}
    uses = {path for path, tree in modules().items() if name in called(tree)}
    assert uses - entrances <= MAY_USE[name], f"{name} is used where no guess is counted"
    assert MAY_USE[name] <= uses


def test_each_comparison_stands_in_a_counted_guess() -> None:
    compared = counted = 0
    for tree in modules().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.With) and any(_name(item.context_expr) == "guess" for item in node.items):
                counted += sum(_name(inner) == "password_matches" for inner in ast.walk(node))
            compared += _name(node) == "password_matches"
    assert compared == counted == 3


def _name(node: ast.AST) -> str:
    """What a call calls."""
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
