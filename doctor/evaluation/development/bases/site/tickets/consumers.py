from asgiref.sync import async_to_sync
from channels.db import database_sync_to_async
from channels.generic.websocket import (
    AsyncJsonWebsocketConsumer,
    AsyncWebsocketConsumer,
    JsonWebsocketConsumer,
)

from . import services
from .models import Ticket

MAX_TEXT = 2000


class TicketConsumer(AsyncJsonWebsocketConsumer):
    """The replies of a ticket, as they are written."""

    async def connect(self):
        self.group = None
        self.user = self.scope["user"]
        self.ticket_id = self.scope["url_route"]["kwargs"]["ticket_id"]
        if not self.user.is_authenticated or not await self.may_see():
            await self.accept()
            await self.close(code=4403)
            return
        self.group = services.ticket_group(self.ticket_id)
        await self.channel_layer.group_add(self.group, self.channel_name)
        offered = self.scope["subprotocols"]
        await self.accept(subprotocol="desk.v1" if "desk.v1" in offered else None)
        await self.send_json({"type": "history", "replies": await self.recent_replies()})

    async def disconnect(self, code):
        if self.group:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive_json(self, content, **kwargs):
        text = content.get("text") if isinstance(content, dict) else None
        if not isinstance(text, str) or not 0 < len(text) <= MAX_TEXT:
            await self.send_json({"type": "error", "error": "Write up to 2000 characters."})
            return
        await self.add_reply(text)

    @classmethod
    async def decode_json(cls, text_data):
        try:
            return await super().decode_json(text_data)
        except ValueError:
            return None

    async def reply_added(self, event):
        await self.send_json({"type": "reply", "id": event["id"], "text": event["text"]})

    async def ticket_closed(self, event):
        await self.send_json({"type": "closed", "at": event["at"]})

    @database_sync_to_async
    def may_see(self):
        return services.may_see(self.user, self.ticket_id)

    @database_sync_to_async
    def add_reply(self, text):
        return services.add_reply(self.ticket_id, self.user, text)

    @database_sync_to_async
    def recent_replies(self):
        return services.recent_replies(self.ticket_id)


class BoardConsumer(JsonWebsocketConsumer):
    """The open tickets of the user's team, with synchronous code."""

    group = None

    def connect(self):
        user = self.scope["user"]
        if not user.is_authenticated:
            self.close()
            return
        self.team = user.profile.team
        self.group = f"board.{self.team.pk}"
        async_to_sync(self.channel_layer.group_add)(self.group, self.channel_name)
        self.accept()
        self.send_board()

    def disconnect(self, code):
        if self.group:
            async_to_sync(self.channel_layer.group_discard)(self.group, self.channel_name)

    def board_changed(self, event):
        self.send_board()

    def send_board(self):
        tickets = Ticket.objects.filter(team=self.team, closed_at=None)
        self.send_json({"tickets": [{"id": each.pk, "title": each.title} for each in tickets]})


class NoSuchSocketConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        await self.close()
