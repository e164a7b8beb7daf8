"""Mails about accounts that are owed: a new password, another address, the second factor."""

from functools import partial

from backend.accounts.selectors import mails_owed
from backend.accounts.services import mail_put_off, mail_sent
from worker.channels.email.account import account_mail_build
from worker.owed_mails import Owed, mails_send


def account_mails_send() -> None:
    """Send what is owed. A mail for an address that nobody has is settled without one."""
    mails_send(
        Owed(
            name=f"account-mail:{mail.id}",
            build=partial(account_mail_build, mail),
            settle=partial(mail_sent, mail),
            put_off=partial(mail_put_off, mail),
        )
        for mail in mails_owed()
    )
