"""Writes: reports of messages, and what the operator did about them."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from backend.accounts.audit import MINUTE, Event, audit_note, once_in
from backend.accounts.models import User
from backend.accounts.roles import may_touch
from backend.chat import log
from backend.chat.errors import MessageDeleted
from backend.chat.models import Report
from backend.chat.selectors import access_message
from backend.chat.services import message_remove
from backend.live.feeds import feeds_bump

REMOVES = {Report.Action.MESSAGE_REMOVED, Report.Action.BOTH}
DISABLES = {Report.Action.SENDER_DISABLED, Report.Action.BOTH}


def message_report(
    *, reporter_id: int, conversation_id: int, seq: int, reason: str, note: str = ""
) -> tuple[int, bool]:
    """Report a message, with its text as it is now. Returns the report's id, and False if it was reported before.

    A pending participant may report too. Raises NotFound, MessageDeleted (there is no text any more).
    """
    message = access_message(user_id=reporter_id, conversation_id=conversation_id, seq=seq)
    key = {"reporter_id": reporter_id, "conversation_id": conversation_id, "seq": seq}
    known = Report.objects.filter(**key).first()
    if known is not None:
        return known.id, False
    if message.deleted_at is not None:
        raise MessageDeleted
    fields = {"sender_id": message.sender_id, "text": message.text, "reason": reason, "note": note}
    report, is_new = Report.objects.get_or_create(**key, defaults=fields)
    return report.id, is_new


def report_note_read(*, report: Report, staff: User) -> None:
    """Staff opened a report and read its text: an entry that its reporter sees, one a minute.

    The sender does not see it: they are told nothing of a report without consequences.
    """
    detail = {"report": report.id, "conversation": report.conversation_id, "seq": report.seq}
    once = once_in(MINUTE, Event.MESSAGES_READ, f"report {report.id} {staff.id}")
    audit_note(Event.MESSAGES_READ, actor=staff, subject=report.reporter_id, detail=detail, once=once)


@transaction.atomic
def report_close(*, report: Report, staff: User, action: str, note: str) -> None:
    """Do what was decided about a report, and write down what, by whom and when. Again: what is new is done too.

    Raises PermissionDenied if `staff` may not touch the account that is to be switched off.
    """
    if action in DISABLES and not may_touch(staff, report.sender):
        raise PermissionDenied
    concerned = {report.reporter_id}
    if action in REMOVES | DISABLES:
        concerned.add(report.sender_id)  # a report without consequences is no entry in the sender's audit log
    if action in REMOVES & DISABLES:  # both move feeds: all are locked at once, in the order of their ids
        log.conversation_lock(report.conversation_id)
        feeds_bump({report.sender_id, *log.participant_ids(report.conversation_id)})
    if action in REMOVES:
        message_remove(conversation_id=report.conversation_id, seq=report.seq)
    if action in DISABLES:
        report.sender.is_active = False
        report.sender.save(update_fields=["is_active"])  # which ends their access (backend/live/access.py)
    report.action, report.action_note, report.state = action, note, Report.State.DONE
    report.handled_by, report.handled_at = staff, timezone.now()
    report.save(update_fields=["action", "action_note", "state", "handled_by", "handled_at"])
    detail = {"report": report.id, "conversation": report.conversation_id, "seq": report.seq, "action": action}
    audit_note(Event.REPORT_HANDLED, actor=staff, subject=concerned, detail=detail)
