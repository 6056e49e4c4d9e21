"""The ASGI application: HTTP goes to Django, WebSocket to the consumers."""

import os

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# Before the routes: the consumers import models, and models need Django to be set up.
django_application = get_asgi_application()

from channels_realtime.asgi import HTTPStack, WebSocketStack, lifespan  # noqa: E402

from config.routing import websocket_urlpatterns  # noqa: E402

application = ProtocolTypeRouter(
    {
        # Answers /healthz and /readyz before Django does.
        "http": HTTPStack(django_application),
        # Refuses pages of other sites and unknown paths, and knows the session's user.
        "websocket": WebSocketStack(websocket_urlpatterns),
        "lifespan": lifespan,
    }
)
