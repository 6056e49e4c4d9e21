import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone


class Lot(models.Model):
    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(max_length=200)
    seller = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="lots")
    reserve = models.DecimalField(max_digits=10, decimal_places=2, default=0)
    closes_at = models.DateTimeField()
    is_closed = models.BooleanField(default=False)

    def __str__(self):
        return self.title

    @property
    def is_open(self):
        return not self.is_closed and self.closes_at > timezone.now()

    @property
    def best_bid(self):
        return self.bids.order_by("-amount").first()


class Bid(models.Model):
    lot = models.ForeignKey(Lot, models.CASCADE, related_name="bids")
    bidder = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="bids")
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    placed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-amount"]

    def __str__(self):
        return f"{self.amount} for {self.lot_id}"
