"""The ASGI application: HTTP goes to Django, WebSocket to the consumers."""

import os

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# Before the routes: the consumers import models, and models need Django to be set up.
django_application = get_asgi_application()

from config.routing import websocket_urlpatterns  # noqa: E402
from realtime.authentication import SessionUserMiddleware  # noqa: E402
from realtime.checks import require_order  # noqa: E402
from realtime.daphne import DaphneMiddleware  # noqa: E402
from realtime.health import Health  # noqa: E402
from realtime.lifespan import lifespan  # noqa: E402
from realtime.logs import ConnectionMiddleware  # noqa: E402
from realtime.origins import OriginMiddleware  # noqa: E402
from realtime.routing import Router  # noqa: E402

require_order()

router = ProtocolTypeRouter(
    {
        "http": Health(django_application),
        # The origin comes first: a page of another site is refused before its visitor's session
        # is even looked at.
        "websocket": OriginMiddleware(
            DaphneMiddleware(SessionUserMiddleware(Router(websocket_urlpatterns)))
        ),
        "lifespan": lifespan,
    }
)

# The outermost: what the others log is about a connection, too.
application = ConnectionMiddleware(router)
