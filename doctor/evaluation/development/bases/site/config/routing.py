from django.urls import re_path

from tickets import routing
from tickets.consumers import NoSuchSocketConsumer

websocket_urlpatterns = [
    *routing.websocket_urlpatterns,
    re_path(r"", NoSuchSocketConsumer.as_asgi()),
]
