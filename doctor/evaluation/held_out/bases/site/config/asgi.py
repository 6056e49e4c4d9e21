"""The ASGI application: pages over HTTP, auctions and support over WebSockets."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
http_application = get_asgi_application()

# These import models, so Django has to be ready.
from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402

from auctions.routing import websocket_urlpatterns as auction_sockets  # noqa: E402
from support.routing import websocket_urlpatterns as support_sockets  # noqa: E402

websocket_application = AllowedHostsOriginValidator(
    AuthMiddlewareStack(URLRouter([*auction_sockets, *support_sockets]))
)

application = ProtocolTypeRouter(
    {
        "http": http_application,
        "websocket": websocket_application,
    }
)
