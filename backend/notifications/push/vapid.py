"""The key by which push services know this server (VAPID, RFC 8292). Browsers subscribe to it: with another key, all of
their subscriptions are dead. So it is made once and kept: VAPID_PRIVATE_KEY, or the file HARK_VAR/vapid.pem.
"""

import os
import secrets
from email.utils import parseaddr
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_pem_private_key,
)
from django.conf import settings

from backend.notifications.push.keys import base64url, base64url_decode

CURVE = ec.SECP256R1  # RFC 8292, 3.2: ES256
SCALAR_BYTES = 32  # a bare private key of that curve


def key_file() -> Path:
    return Path(settings.HARK_VAR) / "vapid.pem"


def private_key() -> ec.EllipticCurvePrivateKey:
    """This server's key, made now if there is none. Raises ValueError for a malformed one, OSError if it cannot be
    kept."""
    return _loaded(settings.VAPID_PRIVATE_KEY, key_file())


def public_key() -> str:
    """What browsers subscribe with (`applicationServerKey`): the uncompressed point in base64url. Raises as above."""
    point = private_key().public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64url(point)


def subject() -> str:
    """Whom a push service may write to about us (RFC 8292, 2.1). Without spaces: Apple refuses the key for one."""
    given: str = settings.VAPID_SUBJECT
    return given or f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}"


@cache
def _loaded(given: str, file: Path) -> ec.EllipticCurvePrivateKey:
    if given:
        return key_parse(given)
    if not file.exists():
        _make(file)
    return key_parse(file.read_text())


def key_parse(text: str) -> ec.EllipticCurvePrivateKey:
    """A key as PEM (line ends may be written as \\n), or as base64url of its 32 bytes or of its DER.

    Raises ValueError, without the text: it is a secret.
    """
    try:
        key = _key(text.replace("\\n", "\n").strip())
    except (ValueError, TypeError) as fault:  # TypeError: it is encrypted
        raise ValueError("this is no private key in PEM or base64url") from fault
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, CURVE):
        raise ValueError("this is no key of the curve P-256")
    return key


def _key(text: str) -> object:
    if text.startswith("-----BEGIN"):
        return load_pem_private_key(text.encode(), password=None)
    data = base64url_decode(text)
    if len(data) == SCALAR_BYTES:
        return ec.derive_private_key(int.from_bytes(data), CURVE())
    return load_der_private_key(data, password=None)


def _make(file: Path) -> None:
    """Make a key and put it there whole, unless another process was faster: then theirs is the key."""
    file.parent.mkdir(parents=True, exist_ok=True)
    pem = ec.generate_private_key(CURVE()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            opened.write(pem)
            opened.flush()
            os.fsync(opened.fileno())
        os.link(draft, file)  # fails where one is, and never shows half of it
    except FileExistsError:
        pass
    finally:
        draft.unlink(missing_ok=True)
