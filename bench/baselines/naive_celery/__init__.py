"""Notifications as a good tutorial for Celery would write them: `notify.delay()` for each message and each recipient.

The chat of `drf_polling`; `send_mail` and pywebpush; Celery on Redis with its defaults, and persistent connections to
PostgreSQL, which not every tutorial has.
"""
