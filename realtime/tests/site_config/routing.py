"""The WebSocket routes of the tests' site."""

import os

from django.urls import path

from people.consumers import EchoConsumer, TypedEchoConsumer

websocket_urlpatterns = [
    path("ws/echo/", EchoConsumer.as_asgi()),
    path("ws/echo/typed/", TypedEchoConsumer.as_asgi()),
]

if os.environ.get("SMOKE_FAILURE") == "import":
    raise RuntimeError("broken routing")
