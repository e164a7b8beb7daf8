"""Rules that every file of the server follows, so that no view can forget a check."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(__file__).parents[2]
# Views, in a file or a package called `api`, and pages that the server renders.
VIEWS = sorted(
    path
    for path in (ROOT / "backend").rglob("*.py")
    if "api" in path.relative_to(ROOT / "backend").parts[1:] or path.stem in ("api", "views")
)


def attributes(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Attribute):
            yield node.attr


@pytest.mark.parametrize("path", VIEWS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_view_reaches_no_row_without_a_selector_or_a_service(path: Path) -> None:
    assert not {"objects", "_default_manager", "_base_manager"} & set(attributes(path))


def test_views_are_found() -> None:
    assert {path.parent.name for path in VIEWS} >= {"accounts", "api", "push", "config"}


def test_whoever_says_nothing_else_demands_that_somebody_is_signed_in() -> None:
    assert settings.REST_FRAMEWORK["DEFAULT_PERMISSION_CLASSES"] == ["rest_framework.permissions.IsAuthenticated"]
    assert settings.REST_FRAMEWORK["DEFAULT_AUTHENTICATION_CLASSES"], "a bearer token, or a session with CSRF"


def test_no_fault_is_shown_to_a_stranger() -> None:
    assert settings.DEBUG is False
