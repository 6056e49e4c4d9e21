from chat.consumers import ChatConsumer, NotFoundConsumer
from django.urls import path, re_path

websocket_urlpatterns = [
    path("ws/chat/", ChatConsumer.as_asgi()),
    # Last: every other path.
    re_path(r"", NotFoundConsumer.as_asgi()),
]
