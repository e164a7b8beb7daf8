"""What the code names, the docs explain: endpoints, error codes, settings."""

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import backend
from backend.api.errors import ApiError
from tests.routes import METHODS, all_patterns, api_routes
from tests.support.hark import WSGI

ROOT = Path(__file__).resolve().parents[2]
DOCS = "\n".join(path.read_text() for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))])
SETTINGS = re.findall(r'env(?:\.\w+)?\(\s*"([A-Z_]+)"', (ROOT / "backend/config/settings.py").read_text())


def error_codes() -> set[str]:
    """The code of every error that Hark can answer with."""
    for module in pkgutil.walk_packages(backend.__path__, "backend."):
        if module.name.endswith((".errors", ".limits")):
            importlib.import_module(module.name)
    found, classes = set(), [ApiError]
    while classes:
        children = classes.pop().__subclasses__()
        found |= {child.code for child in children}
        classes += children
    return found


def without_names(path: str) -> str:
    """`/conversations/<int:conversation_id>` and `/conversations/{id}` are the same."""
    return re.sub(r"<[^>\n]*>|\{[^}\n]*\}", "{}", path)


@pytest.mark.parametrize("code", sorted(error_codes()))
def test_every_error_code_is_explained(code: str) -> None:
    assert f"`{code}`" in DOCS


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_is_explained(name: str) -> None:
    assert f"`{name}`" in DOCS


@pytest.mark.parametrize("path", sorted({path for path, _ in all_patterns() if path}))
def test_every_address_is_explained(path: str) -> None:
    short = without_names(path.removeprefix("api/v1/"))
    assert re.search(rf"[/`]{re.escape(short)}(?![\w/{{])", without_names(DOCS)), path


@pytest.mark.parametrize("route", api_routes(), ids=lambda route: route.path)
def test_every_method_is_in_the_table_of_endpoints(route: object) -> None:
    path = without_names(getattr(route, "path"))  # noqa: B009
    named = set()
    for line in without_names((ROOT / "docs/protocol.md").read_text()).splitlines():
        if re.search(rf"[/`]{re.escape(path)}(?![\w/{{])", line):
            named |= {method for method in METHODS if re.search(rf"\b{method.upper()}\b", line)}
    assert named >= set(getattr(route, "methods"))  # noqa: B009


def test_the_lists_are_not_empty() -> None:
    assert {"not_found", "too_many_attempts", "client_id_reused", "token_expired"} <= error_codes()
    assert {"SECRET_KEY", "DATABASE_URL", "HARK_SIGNUP", "EMAIL_URL", "HARK_VAR"} <= set(SETTINGS)


def test_the_plain_wsgi_server_that_is_tested_is_the_one_explained() -> None:
    assert f"\n{WSGI}\n" in DOCS
