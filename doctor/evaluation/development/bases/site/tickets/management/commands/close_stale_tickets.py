from datetime import timedelta

from django.core.management.base import BaseCommand
from django.utils import timezone

from tickets import services
from tickets.models import Ticket


class Command(BaseCommand):
    help = "Close the tickets that are older than thirty days."

    def handle(self, *args, **options):
        limit = timezone.now() - timedelta(days=30)
        for ticket in Ticket.objects.filter(opened_at__lt=limit, closed_at=None):
            services.close_ticket(ticket.pk)
