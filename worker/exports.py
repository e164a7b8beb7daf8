"""Mails the people whose export is ready."""

from functools import partial

from backend.privacy.services.exports import export_mailed, export_put_off, exports_to_mail
from worker.channels.email.export import export_build
from worker.owed_mails import Owed, mails_send


def exports_mail() -> None:
    """Send what is owed."""
    mails_send(
        Owed(
            name=f"export:{export.id}",
            build=partial(export_build, export),
            settle=partial(export_mailed, export),
            put_off=partial(export_put_off, export),
        )
        for export in exports_to_mail()
    )
