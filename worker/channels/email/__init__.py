"""Email: one mail a delivery, over SMTP or by what EMAIL_URL names."""

from collections.abc import Iterator, Sequence

from backend.notifications.services.suppression import address_suppress
from worker.channels.email import transport
from worker.channels.email.notice import letter_build
from worker.channels.email.refusals import AddressRefused
from worker.letter import Letter


def send(letters: Sequence[Letter]) -> Iterator[tuple[Letter, Exception | None]]:
    """Send these, one after the other. An address that does not exist gets no more mail."""
    for letter in letters:
        try:
            _send(letter)
        except Exception as failure:  # a mail that cannot even be built holds up no other
            yield letter, failure
        else:
            yield letter, None


def _send(letter: Letter) -> None:
    try:
        transport.send(letter_build(letter))
    except AddressRefused as refusal:
        address_suppress(email=letter.recipient.email, reason=str(refusal))
        raise
