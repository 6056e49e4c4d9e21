"""Delete expired tickets: `manage.py cleartickets`."""

from typing import Any

from django.core.management.base import BaseCommand

from channels_realtime.tickets.models import Ticket


class Command(BaseCommand):
    """Delete what the next new ticket would delete."""

    help = "Deletes the tickets that nobody has used in time. Run it regularly, as clearsessions."

    def handle(self, **options: Any) -> None:
        """Delete them, and say how many."""
        self.stdout.write(f"Expired tickets deleted: {Ticket.objects.delete_expired()}")
