"""Writes: accounts, passwords, tokens, sign-in and sign-up."""

from backend.accounts.services.access import access_end
from backend.accounts.services.credentials import credentials_check, password_check, password_confirm, password_set
from backend.accounts.services.signups import (
    signup_confirm,
    signup_mailed,
    signup_of_token,
    signup_request,
    signup_token,
)
from backend.accounts.services.tidying import leftovers_purge
from backend.accounts.services.tokens import (
    TOKEN_LIFE,
    TOKEN_PREFIX,
    token_create,
    token_digest,
    token_revoke,
)
from backend.accounts.services.users import me_update, user_create

__all__ = [
    "TOKEN_LIFE",
    "TOKEN_PREFIX",
    "access_end",
    "credentials_check",
    "leftovers_purge",
    "me_update",
    "password_check",
    "password_confirm",
    "password_set",
    "signup_confirm",
    "signup_mailed",
    "signup_of_token",
    "signup_request",
    "signup_token",
    "token_create",
    "token_digest",
    "token_revoke",
    "user_create",
]
