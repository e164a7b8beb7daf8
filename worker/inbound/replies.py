"""A mail to a reply address becomes a message, once, however often it is delivered."""

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from uuid import UUID, uuid5

from django.conf import settings

from backend.accounts.models import User
from backend.api.errors import NotFound, TooManyRequests
from backend.api.rates import Category
from backend.api.text import is_visible
from backend.api.throttling import person_charge
from backend.chat.access import access_speaker
from backend.chat.errors import Blocked, ClientIdReused, RequestPending
from backend.chat.models import TEXT_MAX
from backend.chat.services import message_send
from backend.notifications.mailbox import Reply
from worker.inbound import answers
from worker.inbound.answers import Refused
from worker.inbound.authentication import dmarc_of
from worker.inbound.automatic import automatic_sign
from worker.inbound.contents import text_of
from worker.inbound.mail import field, sender_of
from worker.inbound.quotes import own_text

NAMESPACE = UUID(
    "6f6c1f1c-3f0f-4d9e-9a55-0b1d6f2f7a11"
)  # RFC 9562: fixed, or a redelivered mail would be a new message

log = logging.getLogger(__name__)


def reply_post(reply: Reply, mail: Message, *, envelope_sender: str) -> str:
    """Post it; the answer for whoever handed it over. Raises Refused, and what the database raises."""
    if sign := automatic_sign(mail, envelope_sender=envelope_sender):
        log.info("dropped an automatic mail to user %s (%s)", reply.user_id, sign)
        return answers.DROPPED
    if dmarc_of(mail, settings.HARK_INBOUND_AUTHSERV) == "fail":
        raise Refused(answers.FORGED)
    _refuse_others(reply, mail)
    text = own_text(text_of(mail))
    if not is_visible(text):
        raise Refused(answers.EMPTY)
    if len(text) > TEXT_MAX:
        raise Refused(answers.TOO_LONG)
    _refuse_floods(reply.user_id)
    return _post(reply, _client_id(reply, mail, text), text)


def _refuse_others(reply: Reply, mail: Message) -> None:
    """Raise Refused unless the mail is from the person the address was made for, and they may write there now."""
    user = User.objects.filter(id=reply.user_id).first()
    if user is None:
        raise Refused(answers.UNKNOWN)
    if sender_of(mail) != user.email:
        raise Refused(answers.NOT_THE_SENDER)
    if not user.is_active:
        raise Refused(answers.INACTIVE)
    with _refusals():
        access_speaker(user_id=user.id, conversation_id=reply.conversation_id)


@contextmanager
def _refusals() -> Iterator[None]:
    """What the chat refuses becomes an answer to the mail: they left, have not accepted, or are blocked."""
    try:
        yield
    except NotFound as fault:
        raise Refused(answers.LEFT) from fault
    except RequestPending as fault:
        raise Refused(answers.PENDING) from fault
    except Blocked as fault:
        raise Refused(answers.BLOCKED) from fault


def _refuse_floods(user_id: int) -> None:
    """Raise Refused(TOO_MANY) when the person's bucket of replies is empty."""
    try:
        person_charge(user_id=user_id, category=Category.REPLY)
    except TooManyRequests as fault:
        raise Refused(answers.TOO_MANY) from fault


def _client_id(reply: Reply, mail: Message, text: str) -> UUID:
    """The same for the same mail, however often it comes: made of its Message-ID, or else of its content."""
    name = field(mail, "Message-ID")
    if not name:
        name = hashlib.sha256(f"{field(mail, 'Date')}\n{text}".encode()).hexdigest()
    return uuid5(NAMESPACE, f"{reply.user_id}\n{reply.conversation_id}\n{name}")


def _post(reply: Reply, client_id: UUID, text: str) -> str:
    user_id, conversation_id = reply.user_id, reply.conversation_id
    try:
        with _refusals():  # they may have left a moment ago
            message, is_new = message_send(
                sender_id=user_id, conversation_id=conversation_id, client_id=client_id, text=text
            )
    except ClientIdReused:
        log.warning("user %s: another text under a Message-ID that was posted before; dropped", user_id)
        return answers.POSTED_BEFORE
    log.info("user %s: a reply by mail is message %s of conversation %s", user_id, message["seq"], conversation_id)
    return answers.POSTED if is_new else answers.POSTED_BEFORE
