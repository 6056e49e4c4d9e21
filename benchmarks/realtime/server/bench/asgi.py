"""The ASGI application of the project with the routes of the benchmark."""

import django

django.setup()

from config.routing import websocket_urlpatterns  # noqa: E402

from bench.ours import routes  # noqa: E402

websocket_urlpatterns[:0] = routes

from config.asgi import application  # noqa: E402

__all__ = ["application"]
