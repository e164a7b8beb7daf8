"""Secrets at rest: what a copy of the database alone must not give away."""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac

SALT = "accounts.encryption"


class Unreadable(Exception):
    """The text was encrypted under a SECRET_KEY that is neither the current one nor a fallback."""


def encrypt(text: str) -> str:
    """`text` under a key made of SECRET_KEY (Fernet: AES-128-CBC and HMAC-SHA256)."""
    return _cipher().encrypt(text.encode()).decode()


def decrypt(encrypted: str) -> str:
    """What was encrypted under SECRET_KEY or one of SECRET_KEY_FALLBACKS. Raises Unreadable."""
    try:
        return _cipher().decrypt(encrypted).decode()
    except InvalidToken as fault:
        raise Unreadable from fault


def _cipher() -> MultiFernet:
    return MultiFernet([_fernet(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _fernet(secret_key: str) -> Fernet:
    key = salted_hmac(SALT, "fernet", secret=secret_key, algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(key))
