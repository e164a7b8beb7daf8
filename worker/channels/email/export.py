"""The mail to somebody whose export is ready."""

from django.core.mail import EmailMultiAlternatives
from django.utils import translation
from django.utils.translation import gettext

from backend.accounts.languages import known_language
from backend.privacy.links import export_url
from backend.privacy.models import Export
from worker.channels.email.headers import FROM_A_MACHINE
from worker.channels.email.names import address
from worker.channels.email.render import mail_build


def export_build(export: Export) -> EmailMultiAlternatives:
    """A link to the file, of use only to its owner, who must be signed in. In their language."""
    with translation.override(known_language(export.user.language)):
        return mail_build(
            template="export",
            subject=gettext("Your export is ready"),
            to=address(export.user.name, export.user.email),
            facts={"link": export_url(export)},
            headers=FROM_A_MACHINE,
        )
