"""The ASGI application: Django handles HTTP, and the consumers handle WebSocket."""

import os

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# Set up Django before importing the routes: the consumers import models.
django_application = get_asgi_application()

from channels_realtime.asgi import HTTPStack, WebSocketStack, lifespan  # noqa: E402

from config.routing import websocket_urlpatterns  # noqa: E402

application = ProtocolTypeRouter(
    {
        # Answers /healthz and /readyz before Django does.
        "http": HTTPStack(django_application),
        # Refuses foreign origins and unknown paths, and adds the session's user to the scope.
        "websocket": WebSocketStack(websocket_urlpatterns),
        "lifespan": lifespan,
    }
)
