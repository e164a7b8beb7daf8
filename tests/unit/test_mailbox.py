"""Signed addresses: only Hark makes them, they survive what servers do to addresses, and they grow old."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from backend.notifications import mailbox
from backend.notifications.mailbox import (
    BOUNCE_DAYS,
    REPLY_DAYS,
    AddressTooOld,
    AddressUnknown,
    bounce_address,
    bounce_of,
    reply_address,
    reply_of,
)

IDS = st.integers(1, 2**63 - 1)
LOCAL_PART_MAX = 64  # octets: RFC 5321, 4.5.3.1.1


@pytest.fixture(autouse=True)
def domain(settings: Any) -> None:
    settings.HARK_INBOUND_DOMAIN = "reply.example.org"


def local_of(address: str | None) -> str:
    assert address is not None
    local, _, domain = address.partition("@")
    assert domain == "reply.example.org"
    return local


def reply_local(user_id: int = 7, conversation_id: int = 12) -> str:
    return local_of(reply_address(user_id=user_id, conversation_id=conversation_id))


def bounce_local(user_id: int = 7) -> str:
    return local_of(bounce_address(user_id=user_id))


@given(IDS, IDS)
def test_an_address_tells_what_it_was_made_for_whatever_case_it_comes_in(user_id: int, conversation_id: int) -> None:
    local = reply_local(user_id, conversation_id)
    assert len(local) <= LOCAL_PART_MAX and local == local.lower() and local.isascii()
    for form in (local, local.upper(), local.title()):
        found = reply_of(form)
        assert (found.user_id, found.conversation_id) == (user_id, conversation_id)
        assert found.made_on == timezone.now().date()
    assert bounce_of(bounce_local(user_id).upper()).user_id == user_id


@given(st.integers(2, 56), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_one_other_character_makes_it_unknown(place: int, character: str) -> None:
    local = reply_local()
    other = local[:place] + character + local[place + 1 :]
    if other != local:
        with pytest.raises(AddressUnknown):
            reply_of(other)


@given(st.text(max_size=70))
def test_what_is_made_up_is_unknown(text: str) -> None:
    for local in (text, f"r-{text}", f"b-{text}"):
        for read in (reply_of, bounce_of):
            with pytest.raises(AddressUnknown):
                read(local)


def test_an_address_has_128_bits_that_only_hark_can_make() -> None:
    assert mailbox.MARK_LENGTH * 8 == 128
    assert len(reply_local()) == len(bounce_local()) == 57


def test_an_address_of_before_is_good_until_it_is_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as before:
        before.setattr(mailbox, "MARK_LENGTH", mailbox.FORMER_MARK_LENGTH)
        former = reply_local(7, 12)
    assert len(former) == 50
    assert (reply_of(former).user_id, reply_of(former.upper()).conversation_id) == (7, 12)
    today = timezone.now().date()
    monkeypatch.setattr(mailbox, "_today", lambda: today + timedelta(days=REPLY_DAYS + 1))
    with pytest.raises(AddressTooOld):
        reply_of(former)


@pytest.mark.parametrize("octets", [0, 1, 8, 11, 13, 15, 17, 32])
def test_no_other_length_of_the_mark_is_taken(octets: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as other:
        other.setattr(mailbox, "MARK_LENGTH", octets)
        local = reply_local()
    with pytest.raises(AddressUnknown):
        reply_of(local)


CUT = [
    lambda local: local[:-1],
    lambda local: local + "a",
    lambda local: local + "=",
    lambda local: local + "======",
    lambda local: local.replace("r-", "r"),
    lambda local: local.replace("r-", "r--"),
    lambda local: local.replace("r-", "b-"),
    lambda local: f" {local}",
    lambda local: f'"{local}"',
    lambda local: local.replace("r-", "r-\u0130"),
]


@pytest.mark.parametrize("change", CUT)
def test_what_is_cut_or_padded_is_unknown(change: Callable[[str], str]) -> None:
    with pytest.raises(AddressUnknown):
        reply_of(change(reply_local()))


def test_an_address_of_one_kind_is_none_of_the_other() -> None:
    with pytest.raises(AddressUnknown):
        bounce_of(reply_local())
    with pytest.raises(AddressUnknown):
        reply_of(bounce_local())
    with pytest.raises(AddressUnknown):
        reply_of("r" + bounce_local()[1:])


@pytest.mark.parametrize(
    ("make", "read", "days"), [(reply_local, reply_of, REPLY_DAYS), (bounce_local, bounce_of, BOUNCE_DAYS)]
)
def test_it_is_good_until_its_last_day(
    make: Callable[[], str], read: Callable[[str], object], days: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    local, today = make(), timezone.now().date()
    monkeypatch.setattr(mailbox, "_today", lambda: today + timedelta(days=days))
    read(local)
    monkeypatch.setattr(mailbox, "_today", lambda: today + timedelta(days=days + 1))
    with pytest.raises(AddressTooOld):
        read(local)


def test_a_former_key_is_honoured_and_a_foreign_one_is_not(settings: Any) -> None:
    local, former = reply_local(), settings.SECRET_KEY
    settings.SECRET_KEY = "k" * 48
    with pytest.raises(AddressUnknown):
        reply_of(local)
    settings.SECRET_KEY_FALLBACKS = [former]
    assert reply_of(local).user_id == 7
    assert reply_of(reply_local()).user_id == 7


def test_without_a_domain_there_are_no_addresses(settings: Any) -> None:
    settings.HARK_INBOUND_DOMAIN = ""
    assert reply_address(user_id=1, conversation_id=1) is None
    assert bounce_address(user_id=1) is None


@pytest.mark.parametrize(
    ("given", "listens"),
    [("127.0.0.1:8025", ("127.0.0.1", 8025)), ("[::1]:25", ("::1", 25)), ("0.0.0.0:2525", ("0.0.0.0", 2525))],  # noqa: S104
)
def test_where_it_listens_is_host_and_port(settings: Any, given: str, listens: tuple[str, int]) -> None:
    settings.HARK_INBOUND_LISTEN = given
    assert mailbox.listens_at() == listens
