"""Codes that stand in for a lost device: made here, shown once, kept as hashes."""

import hashlib
import secrets

COUNT = 10
# Crockford's base32 without capitals: nothing in it can be read as something else.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
GROUPS, GROUP_LENGTH = 4, 4  # 16 characters: 80 random bits, beyond what can be tried
LOOK_ALIKES = str.maketrans({"o": "0", "i": "1", "l": "1", "-": None, " ": None})


def codes_create() -> list[str]:
    """Ten new codes, like `7k3m-9xq2-hw4t-0zda`."""
    return [_code() for _ in range(COUNT)]


def digest_of(user_id: int, code: str) -> str:
    """What is stored of a code, and what a typed one is compared by: case, blanks, hyphens and look-alikes are nothing.

    80 random bits need no slow hash. The user's id makes each guess good for one person only.
    """
    return hashlib.sha256(f"{user_id}:{code.lower().translate(LOOK_ALIKES)}".encode(errors="replace")).hexdigest()


def _code() -> str:
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))
    return "-".join(groups)
