"""A mailbox has one spelling, and what is let in can be mailed."""

import pytest

from backend.accounts.mailboxes import EMAIL_MAX, email_clean
from backend.api.text import UnclearText
from worker.channels.email.names import address

REFUSED = [
    *("ı@x.com", "ſ@x.com", "=?utf-8?q?=41?=@x.com", '"\x01"@x.com', '"a b"@x.com', "\u212a@x.com"),
    *("", "@", "a@", "@x.com", "a@b", "a..b@x.com", ".a@x.com", "a@x..com", "a@x.com.", "a@x.com\n", "a\0b@x.com"),
    *("a@[127.0.0.1]", f"a@{'x' * 64}.com", "a@\ud800.com", "İ" * 60 + "@x.com", f"{'x' * 250}@x.com"),
]
SPELLINGS = {
    "victim@example.com": (
        *("Victim@EXAMPLE.com", "victim@ｅxample.com", "victim@example.ｃom", "victim@exam\u00adple.com"),
        *("victim@example。com", '"victim"@example.com', '"vic\\tim"@example.com'),
    ),
    "bob@xn--bcher-kva.example": ("bob@bücher.example", "BOB@BÜCHER.example", "bob@XN--BCHER-KVA.example"),
    "o'neil+tag@x.co": ("O'Neil+tag@x.co",),
}


@pytest.mark.parametrize("email", REFUSED)
def test_what_cannot_be_mailed_is_no_address(email: str) -> None:
    with pytest.raises(UnclearText):
        email_clean(email)


@pytest.mark.parametrize("email", SPELLINGS)
def test_a_mailbox_has_one_spelling(email: str) -> None:
    assert {email_clean(spelled) for spelled in (email, *SPELLINGS[email])} == {email}
    assert address("", email) == email


def test_the_length_is_that_of_what_is_kept() -> None:
    domain = ".".join("ü" * 35) + ".de"
    assert len(f"a@{domain}") < EMAIL_MAX < len(domain.encode("idna"))
    with pytest.raises(UnclearText, match="at most"):
        email_clean(f"a@{domain}")
