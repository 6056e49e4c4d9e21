"""The Django application of tickets."""

from django.apps import AppConfig


class TicketsConfig(AppConfig):
    """A table of tickets that wait for their handshake."""

    name = "channels_realtime.tickets"
    label = "realtime_tickets"
    verbose_name = "tickets of sockets"
    default_auto_field = "django.db.models.BigAutoField"
