"""Mails the sign-up requests that are owed one."""

from functools import partial

from backend.accounts.selectors import signups_unmailed
from backend.accounts.services import signup_mailed, signup_put_off
from worker.channels.email.signup import signup_build
from worker.owed_mails import Owed, mails_send


def signups_mail() -> None:
    """Send what is owed; a request that was made anew is owed anew."""
    mails_send(
        Owed(
            name=f"sign-up:{signup.id}:{signup.created_at.timestamp()}",
            build=partial(signup_build, signup),
            settle=partial(signup_mailed, signup),
            put_off=partial(signup_put_off, signup),
        )
        for signup in signups_unmailed()
    )
