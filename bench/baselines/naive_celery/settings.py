"""Those of `drf_polling`, with Celery, a mail server and a key for Web Push."""

import os

import environ

from bench.baselines.drf_polling.settings import *  # noqa: F403
from bench.baselines.drf_polling.settings import INSTALLED_APPS as POLLING_APPS

INSTALLED_APPS = [*POLLING_APPS, "bench.baselines.naive_celery.notifications"]
ROOT_URLCONF = "bench.baselines.naive_celery.urls"
vars().update(environ.Env.email_url_config(os.environ["EMAIL_URL"]))
DEFAULT_FROM_EMAIL = "chat@example.com"
VAPID_PRIVATE_KEY = os.environ.get("VAPID_PRIVATE_KEY", "")
CELERY_BROKER_URL = os.environ["REDIS_URL"]
CELERY_TASK_IGNORE_RESULT = True
