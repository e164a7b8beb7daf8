"""What authentication leaves in an ASGI scope for whoever stands in front of Django: the user of the credential."""

from collections.abc import Mapping
from typing import Any

PERSON_SLOT = "hark.person"  # the user id, REFUSED, or None while nothing has looked at the credential
REFUSED = 0  # the credential is nobody's; no user has this id


def vouch(environ: Mapping[str, Any], user_id: int) -> None:
    """Say that this request's credential is this user's; REFUSED: nobody's. Without an ASGI server, nobody is told."""
    scope = environ.get("asgi.scope", {})
    if PERSON_SLOT in scope:
        scope[PERSON_SLOT] = user_id
