"""Reads: whom somebody may find, name in a conversation, or block. HARK_DIRECTORY decides who can be found."""

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from backend.accounts.contacts import EVERYBODY, hidden_from, known_to
from backend.accounts.mailboxes import email_clean
from backend.accounts.models import User
from backend.api.errors import NotFound
from backend.api.text import UnclearText
from backend.chat.bounds import Kind, search_bounded
from backend.chat.models import Participant

PEOPLE_MAX = 50  # answers to one search


def people_search(*, user: User, query: str) -> list[dict[str, Any]]:
    """Up to 50 others whom the user may find: {"id","name"}, by a part of the name, or by the whole address.

    An address (there is an @ in it) finds only a person who agreed to be found by it. An unknown address and a person
    who did not agree take the same time. No index knows parts of names. One of (name, id) would be read in its order
    for rare names too, which takes five times as long as to look at everybody. Raises SearchRunning, SearchTooBroad.
    """
    wanted = _listed(user)
    if "@" in query:  # an index finds it, where a part of a name means looking at everybody
        try:
            wanted = Q(findable=True, email=email_clean(query))
        except UnclearText:
            return []
    elif query:
        wanted &= Q(name__icontains=query)
    people = _others(user).filter(wanted).order_by("name", "id").values("id", "name")
    with search_bounded(user_id=user.id, kind=Kind.PEOPLE):
        return [dict(person) for person in people[:PEOPLE_MAX]]


def people_reachable(*, user: User, ids: Collection[int]) -> set[int]:
    """Those of these user ids whom the user may write to or add to a group.

    They can be found, agreed to be found by their address, or are members of a conversation that the user is in.
    """
    may = _listed(user) | Q(findable=True) | Q(id__in=_companions(user))
    return set(_others(user).filter(may, id__in=ids).values_list("id", flat=True))


def access_person(*, user: User, person_id: int) -> User:
    """Another person whom the user has met: can find, or shares a conversation with, whatever became of it.

    Raises NotFound for everybody else, so that ids tell nothing.
    """
    mine = Participant.objects.filter(user=user).values("conversation_id")
    met = Participant.objects.filter(conversation_id__in=mine, user_id=person_id).values("user_id")
    found = User.objects.filter(_listed(user) | Q(id__in=met), id=person_id).exclude(id=user.id).first()
    if found is None:
        raise NotFound
    return found


def _others(user: User) -> QuerySet[User]:
    return User.objects.filter(is_active=True).exclude(id__in={user.id, *hidden_from(user.id)})


def _listed(user: User) -> Q:
    """Whom a search by name finds."""
    if settings.HARK_DIRECTORY == "all":
        return EVERYBODY
    if settings.HARK_DIRECTORY == "staff":
        return EVERYBODY if user.is_staff else Q(is_staff=True)
    return known_to(user) | Q(id__in=_companions(user))


def _companions(user: User) -> QuerySet[Participant, Any]:
    """User ids of the members of the conversations that the user is a member of."""
    mine = Participant.objects.filter(user=user, left_at=None, requested_by=None).values("conversation_id")
    members = Participant.objects.filter(conversation_id__in=mine, left_at=None, requested_by=None)
    return members.values("user_id")
