"""What a mail server's words say of an address."""

import pytest

from backend.notifications.statuses import is_of_address, status_in


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("550 5.1.1 No such user", "5.1.1"),
        ("5.1.10 Null MX", "5.1.10"),
        ("smtp;550 5.2.1 <bob@example.com>: disabled", "5.2.1"),
        ("4.2.2 full, 5.1.1 gone", "4.2.2"),
        ("550 No such user", ""),
        ("550 192.5.1.1 is blocked", ""),
        ("550 5.1.1.1 is blocked", ""),
        ("see 15.1.1", ""),
        ("", ""),
    ],
)
def test_it_finds_the_code(words: str, status: str) -> None:
    assert status_in(words) == status


@pytest.mark.parametrize("status", ["5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"])
def test_these_say_that_there_is_no_such_address(status: str) -> None:
    assert is_of_address(status)


@pytest.mark.parametrize("status", ["", "4.1.1", "2.1.5", "5.1.7", "5.1.8", "5.2.2", "5.2.10", "5.4.4", "5.7.1"])
def test_these_do_not(status: str) -> None:
    assert not is_of_address(status)
