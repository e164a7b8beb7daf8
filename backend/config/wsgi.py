"""Hark as a plain WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
application = get_wsgi_application()

from backend.config.startup import refuse_unsafe_settings  # noqa: E402  (needs the apps loaded above)

refuse_unsafe_settings()
