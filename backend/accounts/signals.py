"""What other apps may want to know of an account."""

from django.dispatch import Signal

# Sent by User, in the transaction of the change, with `user` and `keep_session_key`: a new password, "sign out
# everywhere", de-activation and re-activation. Sessions (but the one to keep) and tokens are deleted already.
access_ended = Signal()

# Sent in the transaction of the change, with the keys `former` and `current`: a session goes on under another key.
session_moved = Signal()

# Sent in the transaction of the change, with `user` and `former`: the mailbox of another address was confirmed.
email_changed = Signal()
