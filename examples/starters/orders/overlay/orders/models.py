"""Orders and their states."""

from typing import Any

from channels_realtime.publishing import publish
from django.db import models
from django.db.models import F

from orders.messages import WATCHERS, Changed


class Order(models.Model):
    """An order of a customer. Its state only moves forward."""

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
        """Save and publish the order. Only advance() changes the state of a stored order."""
        if not self._state.adding:
            kwargs.setdefault("update_fields", ("number",))
        super().save(*args, **kwargs)
        publish(WATCHERS, self.changed())

    def advance(self) -> bool:
        """Move to the next state, and publish the order after the commit.

        Return whether it moved. Of several concurrent calls only the first one moves it, and an
        order that is shipped has no next state.
        """
        same = Order.objects.filter(pk=self.pk, state=self.state)
        moved = same.filter(state__lt=self.State.SHIPPED).update(state=F("state") + 1)
        if moved:
            self.state += 1
            publish(WATCHERS, self.changed())
        return bool(moved)

    def changed(self) -> Changed:
        """Return the message with the current state."""
        return Changed(self.pk, self.number, self.state, self.get_state_display())
