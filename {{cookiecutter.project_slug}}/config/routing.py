"""The WebSocket routes. config/asgi.py refuses other paths with 403."""

from typing import Any

#% if cookiecutter.example
import chat.routing

#% endif
websocket_urlpatterns: list[Any] = [
    #% if cookiecutter.example
    *chat.routing.websocket_urlpatterns,
    #% endif
    # path("ws/boards/<str:board>/", BoardConsumer.as_asgi()),
]
