"""Orders, on their way from the customer's click to the parcel's label."""

from typing import Any

from channels_realtime.publishing import publish
from django.db import models
from django.db.models import F

from orders.messages import WATCHERS, Changed


class Order(models.Model):
    """What somebody has bought. It only moves forward, from one state to the next."""

    class State(models.IntegerChoices):
        RECEIVED = 1
        PACKED = 2
        SHIPPED = 3

    number = models.CharField(max_length=20, unique=True)
    state = models.PositiveSmallIntegerField(choices=State, default=State.RECEIVED, editable=False)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.number

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and tell those who watch; only advance() changes the state of what is stored."""
        if not self._state.adding:
            kwargs.setdefault("update_fields", ("number",))
        super().save(*args, **kwargs)
        publish(WATCHERS, self.changed())

    def advance(self) -> bool:
        """Move on to the next state, and tell those who watch once that is committed.

        Return whether it did: of several who take the same step, only the first one does. An order
        that is shipped has nowhere to go.
        """
        here = Order.objects.filter(pk=self.pk, state=self.state)
        moved = here.filter(state__lt=self.State.SHIPPED).update(state=F("state") + 1)
        if moved:
            self.state += 1
            publish(WATCHERS, self.changed())
        return bool(moved)

    def changed(self) -> Changed:
        """Return the message that says where the order is now."""
        return Changed(self.pk, self.number, self.state, self.get_state_display())
