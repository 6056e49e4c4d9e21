from django.urls import path

from exports import views

urlpatterns = [
    path("", views.index, name="exports"),
    path("start/", views.start, name="start_export"),
]
