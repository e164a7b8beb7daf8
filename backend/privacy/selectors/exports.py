"""Reads: a person's exports."""

from backend.privacy.models import Export

MOST = 20  # in one answer


def exports_of(user_id: int) -> list[Export]:
    """The newest first, MOST at most."""
    return list(Export.objects.filter(user_id=user_id).order_by("-id")[:MOST])
