"""Every place that has something of a person, and what becomes of it. A test holds it against the models.

A model with a relation to User needs a line in RELATIONS: without one, `bin/test` fails. So does an address without a
relation in ADDRESSES.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fate:
    """`exported`: the file of an export that has it, or why none does. `kept`: why erasing leaves the rows; else they
    are deleted."""

    exported: str
    kept: str = ""


_OURS = "not the person's own words: what the server does for them"
_SECRET = "a key, which nobody is shown again"  # noqa: S105

# In the order in which they are deleted.
RELATIONS = {
    "accounts.AccountMail.user": Fate(_OURS),
    "accounts.ApiToken.user": Fate("tokens.json"),
    "accounts.Block.blocked": Fate("blocks.json of the person who blocks"),
    "accounts.Block.blocker": Fate("blocks.json"),
    "accounts.Contact.other": Fate("contacts.json, by the other direction"),
    "accounts.Contact.user": Fate("contacts.json"),
    "accounts.RecoveryCode.user": Fate(_SECRET),
    "accounts.SecondFactor.user": Fate(_SECRET),
    "accounts.Session.user": Fate("sessions.json"),
    "accounts.User_groups.user": Fate("profile.json"),
    "accounts.User_user_permissions.user": Fate("profile.json"),
    "admin.LogEntry.user": Fate("audit.jsonl has what is about the person", kept="has an id, and no name of theirs"),
    "chat.Conversation.owner": Fate(
        "conversations.jsonl", kept="groups get another owner; a direct one has two people"
    ),
    "chat.Message.sender": Fate("messages/", kept="a tombstone keeps its place"),
    "chat.Participant.user": Fate("conversations.jsonl", kept="who was in a conversation: an id"),
    "chat.Participant.requested_by": Fate("conversations of others", kept="who asked somebody to join: an id"),
    "chat.Report.handled_by": Fate("audit.jsonl of those concerned", kept="who handled it: an id"),
    "chat.Report.reporter": Fate("reports.json"),
    "chat.Report.sender": Fate("reports.json of the person who reports"),
    "live.Feed.user": Fate("a counter of changes", kept="a number, without which a cursor would be wrong"),
    "notifications.LogEntry.recipient": Fate("notifications.jsonl"),
    "notifications.Delivery.recipient": Fate("notifications.jsonl has what became of it"),
    "notifications.Burst.recipient": Fate(_OURS),
    "notifications.NotificationSettings.user": Fate("settings.json"),
    "notifications.PushSubscription.user": Fate("devices.json"),
    "privacy.Export.user": Fate(_OURS),
    "privacy.Erasure.user": Fate(_OURS, kept="says that the person was erased, and when"),
}

# Columns that hold an address of somebody who need not have an account.
ADDRESSES = ("accounts.AccountMail.email", "accounts.Signup.email", "notifications.Suppression.email")
