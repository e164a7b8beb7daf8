"""A mail as the standard library reads it, within bounds: whoever wrote it may mean harm."""

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.policy import Compat32, Policy
from functools import partial
from typing import Any

from worker.inbound.answers import SENDER_UNCLEAR, TOO_COMPLEX, Refused

PARTS_MAX = 100  # a signature full of icons has twenty
CONTAINERS_MAX = 20  # parts that have parts; a forwarded conversation may have ten, one in the other
LINES_MAX = 200_000  # 10 MB of base64 are 140,000; each line is compared with the boundaries of all open containers
PART_FIELD_MAX = 4_000  # octets of one Content-* field: reading its parameters takes quadratic time
FIELD_MAX = 1_000  # characters of any other field that is read here
CONTAINER = re.compile(r"\s*(?:multipart|message)\s*/", re.IGNORECASE)
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
NAME = r'(?:"(?:[^"\\]|\\.)*"|[^"<>,:;@\\])*'
ADDRESS = r'([^\s<>@,:;"()]+@[^\s<>@,:;"()]+)'
MAILBOX = re.compile(rf"{NAME}<{ADDRESS}>|{ADDRESS}(?:\s*<\2>)?", re.IGNORECASE)


@dataclass
class Budget:
    """What one mail may still have."""

    parts: int = PARTS_MAX
    containers: int = CONTAINERS_MAX

    def spend(self, *, parts: int = 0, containers: int = 0) -> None:
        """Raises Refused(TOO_COMPLEX)."""
        self.parts -= parts
        self.containers -= containers
        if self.parts < 0 or self.containers < 0:
            raise Refused(TOO_COMPLEX)


class Part(Message):
    """A mail or a part of one, which is bounded while the parser reads it."""

    def __init__(self, policy: "Policy[Any]", budget: Budget) -> None:
        budget.spend(parts=1)
        super().__init__(policy)
        self._budget = budget

    def set_raw(self, name: str, value: str) -> None:
        """How the parser hands over a field."""
        if name.lower().startswith("content-") and len(value) > PART_FIELD_MAX:
            raise Refused(TOO_COMPLEX)
        if name.lower() == "content-type" and CONTAINER.match(value):
            self._budget.spend(containers=1)
        super().set_raw(name, value)


def mail_read(octets: bytes) -> Message:
    """Parse a mail (RFC 5322, RFC 2045). Faults of form are tolerated; raises Refused(TOO_COMPLEX) beyond the bounds.

    The policy of old: the newer one reads fields with a grammar that fails or takes for ever on some of them.
    """
    if octets.count(b"\n") > LINES_MAX:
        raise Refused(TOO_COMPLEX)
    part = partial(Part, budget=Budget())
    return email.message_from_bytes(octets, part, policy=Compat32())


def fields(mail: Message, name: str) -> list[str]:
    """All fields of this name, each as one line without controls, of at most FIELD_MAX characters."""
    return [one_line(str(value)) for value in mail.get_all(name, [])]


def field(mail: Message, name: str) -> str:
    """The first field of this name; empty if there is none."""
    return next(iter(fields(mail, name)), "")


def one_line(text: str) -> str:
    """Text of a stranger, as it may stand in a log or a list."""
    return " ".join(CONTROLS.sub(" ", text[:FIELD_MAX]).split())


def sender_of(mail: Message) -> str:
    """The address in From, in lower case. Raises Refused(SENDER_UNCLEAR) unless it is one, in a plain form.

    Stricter than RFC 5322: where two readers could disagree who wrote, the check before us may have been about another.
    """
    found = fields(mail, "From")
    match = MAILBOX.fullmatch(found[0]) if len(found) == 1 else None
    if match is None:
        raise Refused(SENDER_UNCLEAR)
    return (match[1] or match[2]).lower()


def children(part: Message) -> list[Message]:
    """The parts of a multipart; none of anything else, a mail in a mail included."""
    payload = part.get_payload()
    if part.get_content_maintype() != "multipart" or not isinstance(payload, list):
        return []
    return [child for child in payload if isinstance(child, Message)]


def leaves(part: Message, *, is_alternative: bool = False) -> Iterator[tuple[Message, bool]]:
    """Each part that has no parts, and whether it is itself one of several forms of the same."""
    inside = children(part)
    if not inside:
        yield part, is_alternative
    for child in inside:
        yield from leaves(child, is_alternative=part.get_content_type() == "multipart/alternative")
