"""What a trusted mail server says about DMARC, and what is only claimed to be its word."""

import pytest

from worker.inbound.authentication import dmarc_of
from worker.inbound.mail import mail_read

SERVER = "mx.example.org"


def result(*fields: str, authserv: str = SERVER) -> str:
    head = "".join(f"Authentication-Results: {field}\r\n" for field in fields)
    return dmarc_of(mail_read(f"{head}From: a@example.com\r\n\r\nx".encode()), authserv)


@pytest.mark.parametrize(
    "field",
    [
        "mx.example.org; dmarc=fail header.from=example.com",
        "MX.Example.org 1; spf=pass smtp.mailfrom=a@example.com; DMARC = fail (p=none) header.from=example.com",
        "mx.example.org;\r\n\tdkim=none;\r\n\tdmarc/1=fail",
        'mx.example.org (a ; comment); spf=pass smtp.mailfrom="a;dmarc=pass"@example.com; dmarc=fail',
        'mx.example.org; spf=pass smtp.mailfrom="(\\"("@example.com; dmarc=fail',
        "mx.example.org; spf=pass (because (of ; dmarc=pass) that); dmarc=fail",
    ],
)
def test_a_failure_is_found_however_it_is_written(field: str) -> None:
    assert result(field) == "fail"


@pytest.mark.parametrize(
    "field",
    [
        "other.example.org; dmarc=fail",
        "mx.example.org.evil.example; dmarc=fail",
        "mx.example.org; none",
        "mx.example.org; spf=fail (dmarc=fail)",
        'mx.example.org; spf=pass reason="; dmarc=fail"',
        "",
        ";;;;",
        "dmarc=fail",
    ],
)
def test_nothing_else_is_a_result(field: str) -> None:
    assert result(field) == ""


def test_what_is_forged_stands_below_and_does_not_count() -> None:
    assert result("mx.example.org; dmarc=fail", "mx.example.org; dmarc=pass") == "fail"
    assert result("mx.example.org; dmarc=pass", "mx.example.org; dmarc=fail") == "pass"
    assert result("mx.example.org; spf=pass", "other.example.org; dmarc=pass", "mx.example.org; dmarc=fail") == "fail"


def test_without_a_trusted_name_nobody_is_believed() -> None:
    assert result("mx.example.org; dmarc=fail", authserv="") == ""
