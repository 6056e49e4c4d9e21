from django.urls import path

from . import views

urlpatterns = [
    path("", views.lots, name="lots"),
    path("lots/<int:lot_id>/", views.lot, name="lot"),
]
