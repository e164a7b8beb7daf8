"""SIGINT, SIGTERM and SIGHUP become one exception, which unwinds whatever was started."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager


class Stopped(BaseException):
    """Somebody asked this command to end. Not an Exception, so that no handler of errors swallows it."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


_held = 0
_waiting: int | None = None
_stopping = False


def install() -> None:
    signal.signal(signal.SIGINT, _on_signal)
    signal.signal(signal.SIGTERM, _on_signal)
    # Ignored means started by nohup: then it must survive the end of the terminal.
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, _on_signal)


@contextmanager
def held() -> Iterator[None]:
    """Let no signal in between the start of a process and its entry in the books."""
    global _held
    _held += 1
    try:
        yield
    finally:
        _held -= 1
    if _waiting is not None and not _held:
        _raise(_waiting)


def _on_signal(number: int, _frame: object) -> None:
    global _waiting
    if _held:
        _waiting = number
    else:
        _raise(number)


def _raise(number: int) -> None:
    """Only the first counts: a second one must not break the unwinding that the first began."""
    global _stopping
    if not _stopping:
        _stopping = True
        raise Stopped(number)
