"""The table of tickets."""

from django.db import models
from django.utils import timezone

MAX_PATH = 500  # characters


class TicketQuerySet(models.QuerySet["Ticket"]):
    """Queries about tickets."""

    def delete_expired(self) -> int:
        """Delete the tickets that nobody has used in time. Return how many."""
        return self.filter(expires__lte=timezone.now()).delete()[0]


class Ticket(models.Model):
    """A ticket that waits for its handshake. Only a digest of the ticket itself is stored.

    `login` is the dotted name of the class of the login that asked for it, `key` the login's key,
    and `login_expires` the time of its end as a Unix timestamp.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    path = models.CharField(max_length=MAX_PATH)
    user = models.CharField(max_length=255, db_index=True)
    login = models.CharField(max_length=255)
    key = models.TextField()
    login_expires = models.FloatField(null=True)
    expires = models.DateTimeField(db_index=True)

    objects = TicketQuerySet.as_manager()

    def __str__(self) -> str:
        return f"a ticket for {self.path}"
