"""Every route of the API as the URLconf knows it, so that no test's list can forget one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

METHODS = ("get", "post", "put", "patch", "delete")
WRITING = METHODS[1:]


@dataclass(frozen=True)
class Route:
    """A path below /api/v1/, like `conversations/<int:conversation_id>`, and the methods it has."""

    path: str
    methods: tuple[str, ...]


def all_patterns(prefix: str = "", patterns: Any = None) -> Iterator[tuple[str, URLPattern]]:
    """Each path Hark answers to, with its pattern; without the admin."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            if entry.namespace != "admin":
                yield from all_patterns(path, entry.url_patterns)
        else:
            yield path, entry


def api_routes() -> list[Route]:
    """The routes below /api/v1/ but the schema's own."""
    found = []
    for path, pattern in all_patterns():
        if path.startswith("api/v1/") and pattern.name != "schema":
            methods = tuple(method for method in METHODS if hasattr(pattern.callback.cls, method))
            found.append(Route(path.removeprefix("api/v1/"), methods))
    return found


def operations() -> list[tuple[str, str]]:
    """(method, path) of everything the API does."""
    return [(method, route.path) for route in api_routes() for method in route.methods]


def fill(path: str, *, session_id: str = "0" * 32, **ids: int) -> str:
    """The path with these ids; what is not given is 1."""
    for name in ("conversation_id", "user_id", "token_id", "subscription_id", "seq"):
        path = path.replace(f"<int:{name}>", str(ids.get(name, 1)))
    path = path.replace("<str:emoji>", "%F0%9F%91%8D")
    path = path.replace("<str:session_id>", session_id)
    assert "<" not in path, f"{path}: give the new kind of id a value here"
    return path
