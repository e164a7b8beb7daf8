"""Codes by time, and codes that stand in for a lost device."""

import base64
import re
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.accounts import totp
from backend.accounts.encryption import Unreadable, decrypt, encrypt
from backend.accounts.recovery_codes import COUNT, codes_create, digest_of

RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
# RFC 6238, appendix B (SHA-1), without the first two of eight digits.
RFC_VECTORS = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
    (20000000000, "353130"),
]
NO_CODES = [
    "",
    "1",
    "12345",
    "1234567",
    "12345x",
    "１２３４５６",
    "٠١٢٣٤٥",
    "-12345",
    "+12345",
    " 12345",
    "1e5000",
    "x" * 64,
]


@pytest.mark.parametrize(("now", "code"), RFC_VECTORS)
def test_it_makes_and_knows_the_codes_of_the_standard(now: int, code: str) -> None:
    assert totp.code_of(RFC_SECRET, now) == code
    assert totp.step_of(RFC_SECRET, code, now) == now // totp.STEP


@pytest.mark.parametrize(("off", "is_good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_one_step_off(off: int, is_good: bool) -> None:
    now = 1_700_000_015
    step = totp.step_of(RFC_SECRET, totp.code_of(RFC_SECRET, now + off * totp.STEP), now)
    assert step == (now // totp.STEP + off if is_good else None)


@pytest.mark.parametrize("code", NO_CODES)
def test_what_is_no_code_is_not_taken_for_one(code: str) -> None:
    assert not totp.is_totp(code)


def test_an_app_is_told_all_it_needs() -> None:
    secret = totp.secret_create()
    uri = urlsplit(totp.uri_of(secret, "zoë+1@example.com"))
    assert (uri.scheme, uri.netloc, unquote(uri.path)) == ("otpauth", "totp", "/Hark:zoë+1@example.com")
    told = {name: values[0] for name, values in parse_qs(uri.query).items()}
    assert told == {"secret": secret, "issuer": "Hark", "algorithm": "SHA1", "digits": "6", "period": "30"}
    assert re.fullmatch("[A-Z2-7]{32}", secret)
    assert totp.secret_create() != secret


def test_the_qr_code_is_a_picture_without_scripts() -> None:
    picture = totp.qr_of(totp.uri_of(RFC_SECRET, "alice@example.com"))
    assert picture.startswith("data:image/svg+xml")
    assert len(picture) < 20_000
    assert set(re.findall(r"<(\w+)", unquote(picture))) == {"svg", "g", "path"}


def test_a_secret_is_unreadable_without_its_key(settings: object) -> None:
    encrypted, former = encrypt(RFC_SECRET), settings.SECRET_KEY  # type: ignore[attr-defined]
    assert RFC_SECRET not in encrypted and encrypt(RFC_SECRET) != encrypted
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 50, [former]  # type: ignore[attr-defined]
    assert decrypt(encrypted) == RFC_SECRET
    settings.SECRET_KEY_FALLBACKS = []  # type: ignore[attr-defined]
    with pytest.raises(Unreadable):
        decrypt(encrypted)


def test_recovery_codes_are_ten_of_eighty_bits() -> None:
    codes = codes_create()
    assert len(set(codes)) == COUNT == 10
    assert all(re.fullmatch("([0-9a-hjkmnp-tv-z]{4}-){3}[0-9a-hjkmnp-tv-z]{4}", code) for code in codes)


@pytest.mark.parametrize(
    "typed", ["7k3m-1xq2-hw4t-0zda", "7K3M1XQ2HW4T0ZDA", " 7k3m lxq2 hw4t Ozda ", "7k3m-ixq2-hw4t-ozda"]
)
def test_a_recovery_code_is_known_however_it_is_typed(typed: str) -> None:
    assert digest_of(1, typed) == digest_of(1, "7k3m-1xq2-hw4t-0zda")


def test_a_recovery_code_is_one_persons() -> None:
    assert digest_of(1, "7k3m-1xq2-hw4t-0zda") != digest_of(2, "7k3m-1xq2-hw4t-0zda")


@given(st.text(max_size=64), st.floats(min_value=0, max_value=4e9))
def test_no_text_upsets_it(code: str, now: float) -> None:
    digest_of(1, code)
    if totp.is_totp(code):
        totp.step_of(RFC_SECRET, code, now)
