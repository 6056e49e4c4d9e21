from typing import Any

from channels.routing import URLRouter
from django.urls import path

from realtime.echo import EchoConsumer, TypedEchoConsumer
from realtime.origins import refuse


class Router(URLRouter):
    """Refuses a path outside of the root path with 403; Channels itself would fail with 500.

    Under Daphne any client may name a root path, in the header Daphne-Root-Path.
    """

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["path"].startswith(scope.get("root_path", "")):
            await super().__call__(scope, receive, send)
        else:
            await refuse(receive, send)


websocket_urlpatterns = [
    path("ws/echo/", EchoConsumer.as_asgi()),
    path("ws/echo/typed/", TypedEchoConsumer.as_asgi()),
]
