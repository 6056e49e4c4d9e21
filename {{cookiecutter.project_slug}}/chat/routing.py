from django.urls import path

from chat.consumers import ChatConsumer, NotificationsConsumer

websocket_urlpatterns = [
    path("ws/chat/<str:room>/", ChatConsumer.as_asgi()),
    path("ws/notifications/", NotificationsConsumer.as_asgi()),
]
