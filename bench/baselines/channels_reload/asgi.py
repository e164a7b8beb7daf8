import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application
from django.urls import path

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.baselines.channels_reload.settings"
http = get_asgi_application()  # before the imports below: it loads the apps

from bench.baselines.channels_reload.chat.consumers import ChatConsumer  # noqa: E402

sockets = URLRouter([path("ws/conversations/<int:conversation_id>/", ChatConsumer.as_asgi())])
application = ProtocolTypeRouter(
    {"http": http, "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(sockets))},
)
