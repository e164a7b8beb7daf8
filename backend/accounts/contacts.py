"""Who knows whom, and who has blocked whom.

HARK_CONSENT decides who knows whom. `strangers`: the people whom the operator made know each other, and a person who
signed up by themselves knows only their contacts. `always`: everybody knows only their contacts. `never`: all know all.
"""

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.db.models import Q

from backend.accounts.models import Block, Contact, User

EVERYBODY = Q(id__isnull=False)  # an empty Q would vanish in `a | b`
BLOCKS_MAX = 1_000  # people that one person blocks: each list of conversations reads them


def known_to(user: User) -> Q:
    """The condition on User rows that `user` knows."""
    contacts = Q(id__in=Contact.objects.filter(user=user).values("other_id"))
    if settings.HARK_CONSENT == "never":
        return EVERYBODY
    if settings.HARK_CONSENT == "strangers" and not user.self_registered:
        return contacts | Q(self_registered=False)
    return contacts


def strangers_among(*, user: User, ids: Collection[int]) -> set[int]:
    """Those of these user ids that `user` does not know. `user` is no stranger to themselves."""
    known = User.objects.filter(known_to(user), id__in=ids).values_list("id", flat=True)
    return set(ids) - set(known) - {user.id}


def contact_make(*, user_id: int, other_id: int) -> None:
    """From now on the two know each other. Once more changes nothing."""
    pairs = ((user_id, other_id), (other_id, user_id))
    Contact.objects.bulk_create((Contact(user_id=a, other_id=b) for a, b in pairs), ignore_conflicts=True)


def contact_end(*, user_id: int, other_id: int) -> None:
    """The two are no contacts any more."""
    Contact.objects.filter(Q(user_id=user_id, other_id=other_id) | Q(user_id=other_id, other_id=user_id)).delete()


def blocks_of(user_id: int) -> list[dict[str, Any]]:
    """[{"id","name","since"}] of the people whom the user blocks, the newest block first."""
    blocks = Block.objects.filter(blocker_id=user_id).select_related("blocked").order_by("-id")
    return [{"id": block.blocked_id, "name": block.blocked.name, "since": block.created_at} for block in blocks]


def hidden_from(user_id: int) -> set[int]:
    """User ids that the user blocks, or that block the user: neither sees whether the other is there."""
    pairs = Block.objects.filter(Q(blocker_id=user_id) | Q(blocked_id=user_id)).values_list("blocker_id", "blocked_id")
    return {id_ for pair in pairs for id_ in pair} - {user_id}


def blocked_by(user_id: int) -> set[int]:
    """User ids that the user blocks."""
    return set(Block.objects.filter(blocker_id=user_id).values_list("blocked_id", flat=True))
