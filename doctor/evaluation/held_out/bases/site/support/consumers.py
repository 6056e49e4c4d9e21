from asgiref.sync import async_to_sync
from channels.generic.websocket import JsonWebsocketConsumer

from .models import Reply, Ticket


class TicketConsumer(JsonWebsocketConsumer):
    """A conversation about one ticket, between its owner and the staff."""

    group = None

    def connect(self):
        user = self.scope["user"]
        ticket_id = self.scope["url_route"]["kwargs"]["ticket_id"]
        self.ticket = Ticket.objects.filter(pk=ticket_id).first()
        if self.ticket is None or not self.may_read(user):
            self.close(code=4403)
            return
        self.group = f"ticket.{self.ticket.pk}"
        async_to_sync(self.channel_layer.group_add)(self.group, self.channel_name)
        self.accept()
        for reply in self.ticket.replies.select_related("author"):
            self.send_json(self.as_event(reply))

    def may_read(self, user):
        return user.is_authenticated and (user.is_staff or self.ticket.owner_id == user.pk)

    def disconnect(self, code):
        if self.group is not None:
            async_to_sync(self.channel_layer.group_discard)(self.group, self.channel_name)

    def receive_json(self, content, **kwargs):
        text = str(content.get("text", "")).strip()
        if not text:
            return
        reply = Reply.objects.create(ticket=self.ticket, author=self.scope["user"], text=text)
        async_to_sync(self.channel_layer.group_send)(
            self.group, {"type": "ticket.reply", "reply": self.as_event(reply)}
        )

    def ticket_reply(self, event):
        self.send_json(event["reply"])

    @staticmethod
    def as_event(reply):
        return {
            "author": reply.author.get_username(),
            "text": reply.text,
            "written_at": reply.written_at.isoformat(),
        }
