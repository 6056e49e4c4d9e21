"""Rooms and their messages."""

from typing import Any

from channels_realtime.auth.revocation import recheck
from channels_realtime.layers import group_name
from channels_realtime.validation import clean_name
from django.conf import settings
from django.db import models

from accounts.models import User

TEXT_LENGTH = 2000


class Room(models.Model):
    """A room. Its first message creates it. Its name has the form that clean_name returns."""

    name = models.CharField(max_length=100, unique=True)
    staff_only = models.BooleanField(default=False)
    last_seq = models.PositiveBigIntegerField(default=0, editable=False)

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the room, and recheck the permissions of its open sockets."""
        self.name = clean_name(self.name)
        is_new = self._state.adding
        if not is_new:
            # Do not overwrite last_seq: a new message may have changed it.
            kwargs.setdefault("update_fields", ("name", "staff_only"))
        super().save(*args, **kwargs)
        if not is_new:
            recheck()

    def clean(self) -> None:
        """Check the name for a form, before the form compares it with other names."""
        self.name = clean_name(self.name)

    @property
    def group(self) -> str:
        """The group of the room's sockets in the channel layer."""
        return group_name("chat.room", self.name)

    def admits(self, user: User) -> bool:
        """Return whether the user may read and write in this room."""
        return user.is_staff or not self.staff_only


class Message(models.Model):
    """A message of a room. `seq` numbers the messages in the order of their commits."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="messages")
    seq = models.PositiveBigIntegerField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    text = models.CharField(max_length=TEXT_LENGTH)
    client_id = models.UUIDField(null=True, editable=False)  # not stored twice
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("room", "seq")
        constraints = (
            models.UniqueConstraint(fields=("room", "seq"), name="seq_once_a_room"),
            models.UniqueConstraint(fields=("user", "client_id"), name="client_id_once_a_user"),
        )

    def __str__(self) -> str:
        return f"{self.room} {self.seq}"
