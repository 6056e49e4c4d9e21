from django.urls import path

from . import views

urlpatterns = [
    path("", views.board, name="board"),
    path("tickets/open/", views.open_ticket, name="open"),
    path("tickets/<int:ticket_id>/", views.ticket, name="ticket"),
    path("tickets/<int:ticket_id>/close/", views.close, name="close"),
]
