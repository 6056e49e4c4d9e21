from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.core.management.base import BaseCommand
from django.utils import timezone

from auctions.groups import lot_group
from auctions.models import Lot


class Command(BaseCommand):
    help = "Close the lots whose time is over; run it every minute."

    def handle(self, *args, **options):
        layer = get_channel_layer()
        for lot in Lot.objects.filter(is_closed=False, closes_at__lte=timezone.now()):
            lot.is_closed = True
            lot.save(update_fields=["is_closed"])
            best = lot.best_bid
            async_to_sync(layer.group_send)(
                lot_group(lot.pk),
                {"type": "lot.closed", "winner": best.bidder_id if best else None},
            )
