from django.urls import path

from .consumers import FeedConsumer, LotConsumer

websocket_urlpatterns = [
    path("ws/feed/", FeedConsumer.as_asgi()),
    path("ws/lots/<int:lot_id>/", LotConsumer.as_asgi()),
]
