"""One-time passwords by time (TOTP, RFC 6238), as every authenticator app makes them: 6 digits, 30 seconds, SHA-1."""

import base64
import secrets
from functools import partial

import segno
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.utils.crypto import constant_time_compare

ISSUER = "Hark"
DIGITS = 6
STEP = 30  # seconds
DRIFT = 1  # steps that a telephone's clock may be off, in both directions (RFC 6238, 5.2)
SECRET_LENGTH = 20  # octets: what RFC 4226 (4) recommends, and 32 characters of base32 without padding
QR_SCALE = 4  # pixels of one module

# Inside HMAC, SHA-1 is sound (RFC 6238); apps know no other.
_totp = partial(TOTP, length=DIGITS, algorithm=SHA1(), time_step=STEP)  # noqa: S303  # nosec B303


def secret_create() -> str:
    """A new secret in base32, as one types it into an app."""
    return base64.b32encode(secrets.token_bytes(SECRET_LENGTH)).decode()


def is_totp(code: str) -> bool:
    """Whether this looks like a code of an app: nothing but six ASCII digits."""
    return len(code) == DIGITS and code.isascii() and code.isdecimal()


def step_of(secret: str, code: str, now: float) -> int | None:
    """The time step that `code` belongs to, at most DRIFT away from `now` (seconds since 1970); None if it is wrong."""
    totp, current = _totp(base64.b32decode(secret)), int(now) // STEP
    steps = range(max(0, current - DRIFT), current + DRIFT + 1)
    # All of them are compared, so that the time tells nothing.
    good = [step for step in steps if constant_time_compare(totp.generate(step * STEP).decode(), code)]
    return max(good, default=None)


def code_of(secret: str, now: float) -> str:
    """The code that an app shows at `now` (seconds since 1970)."""
    return _totp(base64.b32decode(secret)).generate(now).decode()


def uri_of(secret: str, email: str) -> str:
    """What an app reads from the QR code (otpauth://, the "Key Uri Format")."""
    return _totp(base64.b32decode(secret)).get_provisioning_uri(email, ISSUER)


def qr_of(uri: str) -> str:
    """The QR code as a data: URI of an SVG, black on white so that it can be read in the dark too."""
    code: str = segno.make(uri, micro=False, error="m").svg_data_uri(scale=QR_SCALE, light="#fff", dark="#000")
    return code
