"""What views, commands and consumers do with tickets."""

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from django.utils import timezone

from .models import Reply, Ticket


def ticket_group(ticket_id):
    return f"ticket.{ticket_id}"


def may_see(user, ticket_id):
    """Return whether a user is in the team of a ticket."""
    return Ticket.objects.filter(pk=ticket_id, team__profile__user=user).exists()


def add_reply(ticket_id, author, text):
    return Reply.objects.create(ticket_id=ticket_id, author=author, text=text)


def recent_replies(ticket_id):
    replies = Reply.objects.filter(ticket_id=ticket_id).order_by("-written_at")[:20]
    return [{"id": reply.pk, "text": reply.text} for reply in replies]


@transaction.atomic
def close_ticket(ticket_id):
    ticket = Ticket.objects.select_for_update().get(pk=ticket_id)
    ticket.closed_at = timezone.now()
    ticket.save(update_fields=["closed_at"])
    transaction.on_commit(lambda: send_closed(ticket))


def send_closed(ticket):
    event = {"type": "ticket.closed", "id": ticket.pk, "at": ticket.closed_at.isoformat()}
    async_to_sync(get_channel_layer().group_send)(ticket_group(ticket.pk), event)
