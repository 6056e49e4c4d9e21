from django.urls import path

from chat import consumers, tutorial

websocket_urlpatterns = [
    path("ws/echo/", tutorial.EchoConsumer.as_asgi()),
    path("ws/echo/typed/", consumers.TypedEchoConsumer.as_asgi()),
    path("ws/tutorial/rooms/<slug:room>/", tutorial.RoomConsumer.as_asgi()),
    path("ws/chat/<str:room>/", consumers.ChatConsumer.as_asgi()),
    path("ws/chat/<str:room>/people/", consumers.PeopleConsumer.as_asgi()),
    path("ws/notifications/", consumers.NotificationsConsumer.as_asgi()),
]
