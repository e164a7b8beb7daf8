"""What authentication leaves in an ASGI scope for whoever stands in front of Django: whose credential it was."""

from collections.abc import Mapping
from typing import Any

PERSON_SLOT = "hark.person"  # the user id, or None while nobody has been authenticated


def vouch(environ: Mapping[str, Any], user_id: int) -> None:
    """This request's credential is this user's. Without an ASGI server in front, nobody is told."""
    scope = environ.get("asgi.scope", {})
    if PERSON_SLOT in scope:
        scope[PERSON_SLOT] = user_id
