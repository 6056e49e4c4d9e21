import json
import logging

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer, AsyncWebsocketConsumer

from .groups import FEED, lot_group
from .models import Lot
from .services import BidRefused, place_bid

logger = logging.getLogger(__name__)


class LotConsumer(AsyncJsonWebsocketConsumer):
    """One page of a lot: shows its bids and takes new ones."""

    group = None

    async def connect(self):
        self.user = self.scope["user"]
        self.lot_id = self.scope["url_route"]["kwargs"]["lot_id"]
        if not self.user.is_authenticated:
            await self.close(code=4401)
            return
        if not await self.lot_exists():
            await self.close(code=4404)
            return
        self.group = lot_group(self.lot_id)
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()
        await self.send_json({"event": "state", **await self.get_state()})

    async def disconnect(self, code):
        if self.group is not None:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive_json(self, content, **kwargs):
        if content.get("action") != "bid":
            await self.send_json({"event": "error", "detail": "Unknown action."})
            return
        try:
            await database_sync_to_async(place_bid)(
                self.lot_id, self.user.pk, content.get("amount")
            )
        except BidRefused as refusal:
            await self.send_json({"event": "error", "detail": str(refusal)})

    async def lot_bid(self, event):
        await self.send_json(
            {"event": "bid", "amount": event["amount"], "placed_at": event["placed_at"]}
        )

    async def lot_closed(self, event):
        await self.send_json({"event": "closed", "winner": event["winner"]})
        await self.close(code=4000)

    async def lot_exists(self):
        return await Lot.objects.filter(pk=self.lot_id).aexists()

    @database_sync_to_async
    def get_state(self):
        lot = Lot.objects.select_related("seller").get(pk=self.lot_id)
        best = lot.best_bid
        return {
            "title": lot.title,
            "seller": lot.seller.get_username(),
            "best": str(best.amount) if best else None,
        }


class FeedConsumer(AsyncWebsocketConsumer):
    """The front page: new lots as they come, for everybody."""

    groups = [FEED]

    async def connect(self):
        await self.accept()
        titles = [lot.title async for lot in Lot.objects.filter(is_closed=False)[:10]]
        await self.send(text_data=json.dumps({"event": "lots", "titles": titles}))

    async def feed_lot(self, event):
        await self.send(
            text_data=json.dumps({"event": "lot", "lot": event["lot"], "title": event["title"]})
        )
