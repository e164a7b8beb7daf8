"""The keys that a browser gives with its endpoint (RFC 8291, 3.1 and 3.2), and base64url (RFC 4648, 5)."""

import base64
import binascii
import re
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec

from backend.notifications.push.errors import KeysRefused

POINT_BYTES = 65  # an uncompressed point of P-256 (SEC 1, 2.3.3): 4, x, y
UNCOMPRESSED = 4
SECRET_BYTES = 16
BASE64URL = re.compile(r"[A-Za-z0-9_-]+={0,2}")


@dataclass(frozen=True)
class BrowserKeys:
    """Checked, in base64url without padding."""

    p256dh: str
    auth: str


def keys_check(p256dh: str, auth: str) -> BrowserKeys:
    """Raises KeysRefused unless these are a point on the curve and a secret: what cannot be encrypted to is no use, and
    a point beside the curve would be an attack on our side of the exchange."""
    try:
        point, secret = base64url_decode(p256dh), base64url_decode(auth)
        if len(point) != POINT_BYTES or point[0] != UNCOMPRESSED or len(secret) != SECRET_BYTES:
            raise KeysRefused
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError as fault:
        raise KeysRefused from fault
    return BrowserKeys(base64url(point), base64url(secret))


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def base64url_decode(text: str) -> bytes:
    """With or without padding. Raises ValueError for anything that is not base64url."""
    if not BASE64URL.fullmatch(text):
        raise ValueError("this is no base64url")
    bare = text.rstrip("=")
    try:
        return base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    except binascii.Error as fault:
        raise ValueError("this is no base64url") from fault
