"""The project's own ASGI application, with the benchmark's routes in front of its own."""

import django

django.setup()

from config.routing import websocket_urlpatterns  # noqa: E402

from bench.ours import routes  # noqa: E402

websocket_urlpatterns[:0] = routes

from config.asgi import application  # noqa: E402

__all__ = ["application"]
