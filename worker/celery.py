"""The Celery app and its schedule. Celery only wakes; docs/notifications.md says why."""

import contextlib
import os

import django
from celery import Celery
from kombu.exceptions import OperationalError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
django.setup()

from django.conf import settings  # noqa: E402  (needs the settings loaded above)

from backend.config.startup import refuse_unsafe_settings  # noqa: E402

refuse_unsafe_settings()

SOFT_LIMIT = 45  # seconds; a claim is made in the first 20, a send takes at most about 20
HARD_LIMIT = 60  # seconds; not above the lease of a delivery (backend/notifications/services/deliveries.py)
TICK = 5.0  # seconds
STALE = 4  # seconds; what no worker took until then is thrown away, so that wake-ups do not pile up

app = Celery("hark", include=["worker.tasks"])
app.conf.update(
    broker_url=settings.REDIS_URL,
    broker_transport="worker.broker:Transport",
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,  # the default gives up for good within the hour
    # A connection that died silently must not make the worker deaf: every read and every connect has an end.
    broker_transport_options={
        # Seconds; above HARD_LIMIT, or a running task is handed out again. `exports` may run longer: its second copy
        # finds that a lease is held, and makes nothing (`export_make_next`).
        "visibility_timeout": 300,
        "socket_timeout": 30,
        "socket_connect_timeout": 5,
        "socket_keepalive": True,
        "health_check_interval": 25,
        "global_keyprefix": "hark:celery:",
    },
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_soft_time_limit=SOFT_LIMIT,
    task_time_limit=HARD_LIMIT,
    worker_prefetch_multiplier=1,
    worker_concurrency=3,  # processes; more workers may run elsewhere
    worker_max_tasks_per_child=1000,  # bounds what a leak can take
    worker_hijack_root_logger=False,
    beat_schedule={
        **{
            name: {"task": f"worker.tasks.{name}", "schedule": TICK, "options": {"expires": STALE}}
            for name in ("decide", "push", "email", "signups", "account_mails", "exports", "privacy")
        },
        "tidy": {"task": "worker.tasks.tidy", "schedule": 3600.0, "options": {"expires": 600}},
    },
)


def wake(*names: str) -> None:
    """Run these tasks now instead of at the next tick. Without a broker that tick does it."""
    with contextlib.suppress(OperationalError):
        for name in names:
            app.send_task(f"worker.tasks.{name}", expires=STALE, retry=False)
