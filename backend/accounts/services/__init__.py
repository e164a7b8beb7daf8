"""Writes: accounts, passwords, tokens, sign-in and sign-up."""

from backend.accounts.services.access import access_end
from backend.accounts.services.credentials import credentials_check, password_check, password_confirm
from backend.accounts.services.emails import (
    email_change_confirm,
    email_change_of_token,
    email_change_request,
    email_change_token,
)
from backend.accounts.services.mails import mail_put_off, mail_sent
from backend.accounts.services.passwords import (
    password_change,
    password_reset,
    reset_request,
    reset_token,
    reset_user,
)
from backend.accounts.services.sessions import session_end
from backend.accounts.services.signups import (
    signup_confirm,
    signup_mailed,
    signup_of_token,
    signup_put_off,
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
    tokens_check,
)
from backend.accounts.services.users import me_update, user_create

__all__ = [
    "TOKEN_LIFE",
    "TOKEN_PREFIX",
    "access_end",
    "credentials_check",
    "email_change_confirm",
    "email_change_of_token",
    "email_change_request",
    "email_change_token",
    "leftovers_purge",
    "mail_put_off",
    "mail_sent",
    "me_update",
    "password_change",
    "password_check",
    "password_confirm",
    "password_reset",
    "reset_request",
    "reset_token",
    "reset_user",
    "session_end",
    "signup_confirm",
    "signup_mailed",
    "signup_of_token",
    "signup_put_off",
    "signup_request",
    "signup_token",
    "token_create",
    "token_digest",
    "token_revoke",
    "tokens_check",
    "user_create",
]
