"""How a send can end, whatever the channel: it returns, or raises one of these."""


class SendFailure(Exception):
    """The other side's words are the message."""


class Gone(SendFailure):
    """The browser has unsubscribed."""


class PermanentFailure(SendFailure):
    """This one is refused for good, and would be again."""


class TransientFailure(SendFailure):
    """It may work later: the other side is away or busy, or our own set-up is at fault and will be mended.

    `after`: not before so many seconds, if the other side said so.
    """

    def __init__(self, words: str, *, after: float | None = None) -> None:
        super().__init__(words)
        self.after = after
