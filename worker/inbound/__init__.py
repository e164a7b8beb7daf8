"""Mail that comes in: replies become messages, bounces suppress addresses. docs/notifications.md tells the story.

`server` listens, `protocol` bounds what a client may do, `receiver` answers RCPT and DATA; `replies` and `bounces` act;
the others read a mail. Nothing here ever sends one.
"""
