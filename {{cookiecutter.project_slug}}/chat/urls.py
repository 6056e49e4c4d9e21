from django.urls import path

from chat import views

urlpatterns = [
    path("", views.index, name="index"),
    path("hello/", views.hello, name="hello"),
    path("announce/", views.announce, name="announce"),
    path("notify/", views.notify, name="notify"),
    path("rooms/<str:room>/", views.history, name="history"),
]
