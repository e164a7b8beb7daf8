"""What people may be called, and which names look alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.accounts.names import SKELETON_MAX, claims_staff, name_clean, skeleton
from backend.api.text import UnclearText

CLAIMS = [
    "Admin",
    "ADMIN",
    "\u0410dmin",
    "adm\u0131n",
    "Adm1n",
    "ＡＤＭＩＮ",
    "A d m i n",
    "Anna (Admin)",
    "Administrador",
]
CLAIMS += ["Hark", "Hark Support", "HarkSupport", "support-team", "The Support Desk", "M\u03bfderator", "Soporte"]
CLAIMS += ["El equipo de Hark", "الدعم", "المشرف", "فريق الدعم"]
PEOPLE = [
    "Alice",
    "Anna Harker",
    "Rudolf Hark",
    "Leopold Staff",
    "Mark",
    "Bot",
    "Theo",
    "El",
    "Robot",
    "محمد",
    "مشرف علي",
]


@pytest.mark.parametrize("name", CLAIMS)
def test_only_staff_is_called_so(name: str) -> None:
    assert claims_staff(name)
    with pytest.raises(UnclearText):
        name_clean(name, is_staff=False)
    assert name_clean(name, is_staff=True) == name


@pytest.mark.parametrize("name", PEOPLE)
def test_people_are_called_so(name: str) -> None:
    assert name_clean(name, is_staff=False) == name


@pytest.mark.parametrize("name", ["", " ", "Alice ✓", "✔ Alice", "Alice ✅", "🛡 Bob"])
def test_nobody_is_called_so(name: str) -> None:
    for is_staff in (False, True):
        with pytest.raises(UnclearText):
            name_clean(name, is_staff=is_staff)


@pytest.mark.parametrize(
    "other", ["Al\u0456ce", "AIice", "A1ice", "ALICE", "\u0391lice", "Ali\u010be", "Al ice", "Alice.", "Ａlice"]
)
def test_names_that_look_alike_have_one_skeleton(other: str) -> None:
    assert skeleton(other) == skeleton("Alice")


@pytest.mark.parametrize(
    ("one", "other"), [("Alice", "Alicia"), ("Bob", "Rob"), ("राम", "रमा"), ("محمد", "أحمد"), ("!!", "??")]
)
def test_other_names_have_others(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


@given(st.text(min_size=1, max_size=300))
def test_a_skeleton_is_bounded_and_never_empty(name: str) -> None:
    assert 0 < len(skeleton(name)) <= SKELETON_MAX
    claims_staff(name)
