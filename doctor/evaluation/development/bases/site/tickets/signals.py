from functools import partial

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from .models import Reply
from .services import ticket_group


@receiver(post_save, sender=Reply)
def reply_saved(sender, instance, created, **kwargs):
    if created:
        transaction.on_commit(partial(send_reply, instance))


def send_reply(reply):
    event = {"type": "reply.added", "id": reply.pk, "text": reply.text}
    async_to_sync(get_channel_layer().group_send)(ticket_group(reply.ticket_id), event)
