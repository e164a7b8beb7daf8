"""An authenticator app, and the person who has it."""

import time

from backend.accounts import totp
from backend.accounts.models import SecondFactor, User
from backend.accounts.services.enrolment import second_factor_begin, second_factor_enable


class Authenticator:
    """Shows the codes of one person, whose second factor it becomes. `recovery_codes` are what they wrote down."""

    def __init__(self, user: User, password: str) -> None:
        self.user = user
        self.secret = second_factor_begin(user=user, password=password).secret
        self.recovery_codes = second_factor_enable(user=user, code=totp.code_of(self.secret, time.time()))

    def code(self) -> str:
        """A code that nobody has used: the server forgets the last one, so that no test waits half a minute."""
        SecondFactor.objects.filter(user=self.user).update(last_step=0)
        return totp.code_of(self.secret, time.time())

    def wrong(self) -> str:
        """Six digits that are no code of now, nor of the minutes around."""
        near = {totp.code_of(self.secret, time.time() + step * totp.STEP) for step in range(-4, 5)}
        return next(code for code in map("{:06d}".format, range(10)) if code not in near)
