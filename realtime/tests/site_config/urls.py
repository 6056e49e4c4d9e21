"""The HTTP routes of the tests' site."""

from django.contrib import admin
from django.urls import include, path

from channels_realtime.tickets.views import TicketView

urlpatterns = [
    path("admin/", admin.site.urls),
    path("ticket/", TicketView.as_view(), name="ticket"),
    path("accounts/", include("django.contrib.auth.urls")),
]
