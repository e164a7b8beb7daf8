"""What a view tells the gate about a poll it has answered. Without a gate in front, nobody is told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from rest_framework.request import Request

from backend.accounts.models import FORMER_KEY_LIFE

SLOT = "hark.watch"  # where the gate leaves room for it, in the ASGI scope
WAIT, VISIBLE = "wait", "visible"


@dataclass(frozen=True, slots=True)
class Watch:
    """What an answer depends on.

    `etag` names the state of `user_id`'s feed at `rev`, read before the rows, so that nothing hides behind it; it is
    what a poll with the query `position` gets. None for an answer that is no state to come back to.
    `nothing_new`: whether this poll might as well have waited. `names`: fleeting things it depends on too (who types),
    of which it is true for `lasts` seconds. `where`: what a visible reader looks at.
    """

    user_id: int
    rev: int
    etag: str | None
    position: str
    nothing_new: bool
    takes: frozenset[str]  # which of `wait` and `visible` this address knows
    names: tuple[str, ...] = ()
    lasts: float | None = None
    where: str = ""


def position_of(query: Mapping[str, object], **moved: object) -> str:
    """The query of a poll in one spelling, without what says how to answer rather than what; some values replaced."""
    return canonical(
        f"{name}={value}" for name, value in {**query, **moved}.items() if name not in (WAIT, VISIBLE) and value != ""
    )


def canonical(parts: Iterable[str]) -> str:
    return "&".join(sorted(parts))


def tell_gate(request: Request, watch: Watch) -> bool:
    """Leave word for the gate that this request came through; False if it came through none."""
    scope = request.META.get("asgi.scope", {})
    if SLOT not in scope:
        return False
    if getattr(request._request.session, "has_moved", False):  # by a key that ends soon, of which nobody else hears
        most = FORMER_KEY_LIFE.total_seconds()
        watch = replace(watch, lasts=most if watch.lasts is None else min(watch.lasts, most))
    scope[SLOT] = watch
    return True
