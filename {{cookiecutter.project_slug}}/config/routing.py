"""The WebSocket routes, as urls.py has the HTTP ones."""

from django.urls import re_path

#% if cookiecutter.example
import chat.routing
#% endif
import realtime.routing
from realtime.echo import NotFoundConsumer

websocket_urlpatterns = [
    #% if cookiecutter.example
    *chat.routing.websocket_urlpatterns,
    #% endif
    *realtime.routing.websocket_urlpatterns,
    # Last: every other path.
    re_path(r"", NotFoundConsumer.as_asgi()),
]
