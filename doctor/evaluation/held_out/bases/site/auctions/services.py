from decimal import Decimal, InvalidOperation

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

from .groups import lot_group
from .models import Bid, Lot


class BidRefused(Exception):
    pass


def place_bid(lot_id, user_id, amount):
    """Store a bid and tell everybody who watches the lot."""
    try:
        amount = Decimal(str(amount))
    except InvalidOperation:
        raise BidRefused("This is not an amount.") from None
    with transaction.atomic():
        lot = Lot.objects.select_for_update().get(pk=lot_id)
        if not lot.is_open:
            raise BidRefused("The lot is closed.")
        best = lot.best_bid
        if best is not None and amount <= best.amount:
            raise BidRefused("Somebody bids as much already.")
        bid = Bid.objects.create(lot=lot, bidder_id=user_id, amount=amount)
        transaction.on_commit(lambda: announce_bid(bid))
    return bid


def announce_bid(bid):
    layer = get_channel_layer()
    async_to_sync(layer.group_send)(
        lot_group(bid.lot_id),
        {
            "type": "lot.bid",
            "bid": bid.pk,
            "amount": str(bid.amount),
            "placed_at": bid.placed_at.isoformat(),
        },
    )
