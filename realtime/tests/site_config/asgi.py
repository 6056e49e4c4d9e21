"""The ASGI application of the tests' site."""

import os

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_config.settings")

django_application = get_asgi_application()

from channels_realtime.asgi import HTTPStack, WebSocketStack, lifespan  # noqa: E402
from site_config.routing import websocket_urlpatterns  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": HTTPStack(django_application),
        "websocket": WebSocketStack(websocket_urlpatterns),
        "lifespan": lifespan,
    }
)
