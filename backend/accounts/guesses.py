"""How often a password may be guessed. Every guess is counted before the password is hashed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from backend.accounts.errors import InvalidCredentials, SecondFactorInvalid
from backend.accounts.passwords import PasswordsBusy
from backend.api.errors import ApiError
from backend.api.limits import Limit, TooManyAttempts

QUARTER_HOUR = 15 * 60  # seconds
GUESSES = Limit("sign-in", tries=10, window=QUARTER_HOUR)  # at one email address from one network address
GUESSES_OF_IP = Limit("sign-in-ip", tries=100, window=QUARTER_HOUR)
GUESSES_OF_EMAIL = Limit("sign-in-email", tries=100, window=QUARTER_HOUR)
GUESSES_OF_DEVICE = Limit("sign-in-device", tries=10, window=QUARTER_HOUR)  # of one that has signed in before
GUESSES_OF_USER = Limit("confirm", tries=10, window=QUARTER_HOUR)  # of a person who is signed in already

# Right passwords count here too, for each of them costs a hash: else few people would take every turn (passwords.py).
HASHES = Limit("hash", tries=30, window=QUARTER_HOUR)

Counters = Sequence[tuple[Limit, str]]


def guesses_of_stranger(*, email: str, ip: str) -> Counters:
    """The limits for a client that nothing is known of. `ip` is what `client_ip` returns."""
    at = f"{email} {ip}"
    return ((GUESSES, at), (GUESSES_OF_IP, ip), (GUESSES_OF_EMAIL, email), (HASHES, at))


def guesses_of_device(device: str) -> Counters:
    """The limit for a device of the account's owner. What strangers guess does not use it up."""
    return ((GUESSES_OF_DEVICE, device), (HASHES, device))


def guesses_of_user(user_id: int) -> Counters:
    """The limit for a person who is signed in and gives the password again."""
    return ((GUESSES_OF_USER, str(user_id)), (HASHES, str(user_id)))


@contextmanager
def guess(counters: Counters) -> Iterator[None]:
    """Count one try, in every limit, before the body runs. Raises TooManyAttempts when one is used up.

    The try is given back if the body succeeds, and if it could not or need not judge the guess; that of HASHES only if
    there was no turn for a hash. Call it outside of a
    transaction: a rollback would forget the try, and until the commit all guesses would wait for each other.
    """
    for limit, key in counters:
        limit.spend(key)
    try:
        yield
    except (InvalidCredentials, SecondFactorInvalid, TooManyAttempts):
        raise
    except PasswordsBusy:
        _refund(counters)
        raise
    except ApiError:
        _refund(_guesses(counters))
        raise
    else:
        _refund(_guesses(counters))


def _guesses(counters: Counters) -> Counters:
    return [(limit, key) for limit, key in counters if limit is not HASHES]


def _refund(counters: Counters) -> None:
    for limit, key in counters:
        limit.refund(key)
