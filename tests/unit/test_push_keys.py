"""The keys of a browser: a point on the curve and a secret, or nothing."""

from itertools import count

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from backend.notifications.push.errors import KeysRefused
from backend.notifications.push.keys import base64url, base64url_decode, keys_check

# RFC 8291, appendix A
P256DH = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
POINT = base64url_decode(P256DH)


def test_the_keys_of_the_standard_are_good() -> None:
    keys = keys_check(P256DH, AUTH)
    assert (keys.p256dh, keys.auth) == (P256DH, AUTH)


def test_padding_does_not_matter() -> None:
    assert keys_check(f"{P256DH}=", f"{AUTH}==") == keys_check(P256DH, AUTH)


BESIDE_THE_CURVE = bytes([4]) + bytes(63) + b"\1"
COMPRESSED = (
    ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
)
OTHER_CURVE = (
    ec.generate_private_key(ec.SECP384R1()).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
)


@pytest.mark.parametrize(
    "point",
    [
        b"",
        b"\0",
        bytes(65),
        BESIDE_THE_CURVE,
        POINT[:-1],
        POINT + b"\0",
        POINT[:-1] + bytes([POINT[-1] ^ 1]),
        bytes([4]) + b"\xff" * 64,
        bytes([6]) + POINT[1:],
        COMPRESSED,
        OTHER_CURVE,
    ],
    ids=count(),  # some are made anew each time, and names of tests must not be
)
def test_what_is_no_point_of_the_curve_is_refused(point: bytes) -> None:
    with pytest.raises(KeysRefused):
        keys_check(base64url(point), AUTH)


@pytest.mark.parametrize("secret", [b"", b"x" * 15, b"x" * 17, b"x" * 32])
def test_a_secret_of_another_length_is_refused(secret: bytes) -> None:
    with pytest.raises(KeysRefused):
        keys_check(P256DH, base64url(secret))


@pytest.mark.parametrize(
    "text", ["", "=", "a b", "é", "BTBZMqHH6r4Tts7J+aSIgg", "BTBZMqHH6r4Tts7J/aSIgg", "x===", "A", "\n"]
)
def test_what_is_no_base64url_is_refused(text: str) -> None:
    with pytest.raises(KeysRefused):
        keys_check(P256DH, text)
    with pytest.raises(KeysRefused):
        keys_check(text, AUTH)
