"""The mails about what was missed, as their recipient would say it: of one conversation, a digest, or a test."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import translation
from django.utils.translation import gettext, ngettext, npgettext

from backend.accounts.languages import known_language
from backend.notifications.unsubscribe import Subscription, unsubscribe_url
from worker.channels.email.addresses import envelope_sender, from_header, reply_to, to_header
from worker.channels.email.contents import message_count, part_link, part_name, told_of
from worker.channels.email.headers import letter_headers, subscription_of
from worker.channels.email.names import isolated, names_list
from worker.channels.email.render import mail_build
from worker.letter import Letter


def letter_build(letter: Letter) -> EmailMultiAlternatives:
    """The same letter always gives the same mail, but for the boundaries between its parts (RFC 2046)."""
    with translation.override(known_language(letter.recipient.language)):
        template, subject, facts = _form(letter)
        return mail_build(
            template=template,
            subject=subject,
            to=to_header(letter),
            facts=facts,
            headers={"From": from_header(letter), **letter_headers(letter)},
            envelope_sender=envelope_sender(letter),
            reply_to=reply_to(letter),
        )


def _form(letter: Letter) -> tuple[str, str, dict[str, Any]]:
    """Template, subject and facts."""
    if not letter.parts:
        return "test", gettext("Test: your emails from Hark arrive"), {}
    if letter.hide_content:
        return _hidden(letter)
    return _notice(letter) if len(letter.parts) == 1 else _digest(letter)


def _notice(letter: Letter) -> tuple[str, str, dict[str, Any]]:
    (told,) = told_of(letter)
    subject = ngettext("%(name)s: %(count)d new message", "%(name)s: %(count)d new messages", told.count)
    facts = {
        "heading": told.heading,
        "preview": told.preview,
        "told": told,
        "can_reply": reply_to(letter) is not None,
        **_footer(letter, told.stop),
    }
    return "notice", subject % {"name": told.name, "count": told.count}, facts


def _digest(letter: Letter) -> tuple[str, str, dict[str, Any]]:
    count, told = message_count(letter), told_of(letter)
    hidden = len(letter.parts) - len(told)
    others = ngettext("and %(count)d more conversation", "and %(count)d more conversations", hidden)
    subject = ngettext("%(name)s: %(count)d new message", "%(name)s: %(count)d new messages", count)
    facts = {
        "heading": _how_much(letter),
        "preview": told[0].preview,
        "parts": told,
        "others": others % {"count": hidden} if hidden else "",
        **_footer(letter),
    }
    return "digest", subject % {"name": _names(letter), "count": count}, facts


def _hidden(letter: Letter) -> tuple[str, str, dict[str, Any]]:
    """Neither who wrote nor where nor what."""
    is_only = len(letter.parts) == 1
    stop = unsubscribe_url(subscription_of(letter)) if is_only else ""
    facts = {
        "heading": _how_much(letter),
        "preview": "",
        "link": part_link(letter.parts[0]) if is_only else settings.PUBLIC_URL,
        "can_reply": False,
        **_footer(letter, stop),
    }
    return "hidden", _how_much(letter), facts


def _footer(letter: Letter, stop: str = "") -> dict[str, str]:
    return {
        "zone": isolated(letter.recipient.timezone.replace("_", " ")),
        "stop": stop,
        "stop_all": unsubscribe_url(Subscription(letter.recipient.id)),
    }


def _names(letter: Letter) -> str:
    return names_list([part_name(part) for part in letter.parts])


def _how_much(letter: Letter) -> str:
    """`3 new messages`, `12 new messages in 4 conversations`."""
    count, conversations = message_count(letter), len(letter.parts)
    messages = ngettext("%(count)d new message", "%(count)d new messages", count) % {"count": count}
    if conversations == 1:
        return messages
    where = npgettext("new messages in", "%(count)d conversation", "%(count)d conversations", conversations)
    return gettext("%(messages)s in %(conversations)s") % {
        "messages": messages,
        "conversations": where % {"count": conversations},
    }
