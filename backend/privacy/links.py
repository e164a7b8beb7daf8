"""The link to an export: signed, and of use only to its owner, who must be signed in."""

from django.conf import settings
from django.core import signing
from django.utils import timezone

from backend.api.errors import NotFound
from backend.privacy.models import Export

SALT = "privacy.export"


def export_path(export: Export) -> str | None:
    """The address of its file on this site; None while there is none."""
    if not is_there(export):
        return None
    return f"/exports/{signing.Signer(salt=SALT).sign_object([export.id, export.file])}"


def export_url(export: Export) -> str:
    """The same for a mail."""
    return f"{settings.PUBLIC_URL}{export_path(export) or '/settings'}"


def export_of_token(token: str, *, user_id: int) -> Export:
    """The export behind a link of this user's. Raises NotFound if it is made up, over, or somebody else's."""
    try:
        export_id, file = signing.Signer(salt=SALT).unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError) as fault:
        raise NotFound from fault
    export = Export.objects.filter(id=export_id, file=file, user_id=user_id).first()
    if export is None or not is_there(export):
        raise NotFound
    return export


def is_there(export: Export) -> bool:
    """Whether its file can be downloaded now."""
    is_ready = export.state == Export.State.READY and export.expires_at is not None
    return is_ready and export.expires_at is not None and export.expires_at > timezone.now()
