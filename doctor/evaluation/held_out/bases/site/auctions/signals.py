from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from .groups import FEED
from .models import Lot


@receiver(post_save, sender=Lot)
def announce_lot(sender, instance, created, **kwargs):
    if created:
        transaction.on_commit(lambda: send_new_lot(instance))


def send_new_lot(lot):
    layer = get_channel_layer()
    async_to_sync(layer.group_send)(FEED, {"type": "feed.lot", "lot": lot.pk, "title": lot.title})
