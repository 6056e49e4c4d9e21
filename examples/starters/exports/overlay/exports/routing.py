from channels_realtime.progress.consumers import ProgressConsumer
from django.urls import path

websocket_urlpatterns = [
    path("ws/progress/", ProgressConsumer.as_asgi()),
]
