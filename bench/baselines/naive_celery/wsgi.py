from django.core.wsgi import get_wsgi_application

from bench.baselines.naive_celery.celery import app  # names the settings, and where `delay` sends to

application = get_wsgi_application()
__all__ = ["app", "application"]
