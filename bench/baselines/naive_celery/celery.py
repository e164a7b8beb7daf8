import os

from celery import Celery

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.baselines.naive_celery.settings"
app = Celery("naive")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
