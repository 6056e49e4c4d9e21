from django.urls import path

from realtime.echo import EchoConsumer, TypedEchoConsumer

websocket_urlpatterns = [
    path("ws/echo/", EchoConsumer.as_asgi()),
    path("ws/echo/typed/", TypedEchoConsumer.as_asgi()),
]
