"""The keys of Web Push: of a browser, and of a server that pushes."""

import base64
import secrets

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

AUTH_BYTES = 16  # RFC 8291, 3.2
KEY_BYTES = 32  # of a private key on P-256


def browser(endpoint: str) -> dict[str, str]:
    """What a browser tells of a subscription: {"endpoint","p256dh","auth"}."""
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return {"endpoint": endpoint, "p256dh": _base64url(point), "auth": _base64url(secrets.token_bytes(AUTH_BYTES))}


def vapid_key() -> str:
    """A private key for VAPID (RFC 8292), in the form in which pywebpush takes it from a setting."""
    private = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return _base64url(private.to_bytes(KEY_BYTES))


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
