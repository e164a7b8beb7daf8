"""Hark as a plain WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
django = get_wsgi_application()

from backend.config.startup import refuse_unsafe_settings  # noqa: E402  (needs the apps loaded above)
from backend.config.wire import on_the_wire  # noqa: E402

refuse_unsafe_settings()
application = on_the_wire(django)
