"""The WebSocket routes, as urls.py has the HTTP ones. Unknown paths are refused with 403."""

from channels_realtime.consumers.echo import EchoConsumer, TypedEchoConsumer
from django.urls import path

#% if cookiecutter.example
import chat.routing

#% endif
websocket_urlpatterns = [
    #% if cookiecutter.example
    *chat.routing.websocket_urlpatterns,
    #% endif
    path("ws/echo/", EchoConsumer.as_asgi()),
    path("ws/echo/typed/", TypedEchoConsumer.as_asgi()),
]
