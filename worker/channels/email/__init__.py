"""Email: one mail a delivery, over SMTP."""

from collections.abc import Iterator, Sequence

from worker.channels.email import transport
from worker.channels.email.notice import notice_build
from worker.letter import Letter


def send(letters: Sequence[Letter]) -> Iterator[tuple[Letter, Exception | None]]:
    """Send these, one after the other."""
    for letter in letters:
        try:
            transport.send(notice_build(letter))
        except Exception as failure:  # a mail that cannot even be built holds up no other
            yield letter, failure
        else:
            yield letter, None
