import uuid

from django.conf import settings
from django.db import models

from accounts.models import Team


class Ticket(models.Model):
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="tickets")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tickets"
    )
    watchers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="watched", blank=True)
    title = models.CharField(max_length=200)
    hours = models.DecimalField(max_digits=6, decimal_places=2, default=0)
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self):
        return self.title

    @property
    def is_open(self):
        return self.closed_at is None

    @property
    def reply_count(self):
        return self.replies.count()

    @property
    def team_name(self):
        return self.team.name

    def last_reply(self):
        return self.replies.order_by("-written_at").first()


class Reply(models.Model):
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="replies")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    text = models.TextField()
    written_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return self.text[:40]
