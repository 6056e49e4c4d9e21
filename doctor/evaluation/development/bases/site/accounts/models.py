from django.conf import settings
from django.db import models


class Team(models.Model):
    name = models.CharField(max_length=80)
    slug = models.SlugField(unique=True)

    def __str__(self):
        return self.name


class Profile(models.Model):
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    team = models.ForeignKey(Team, on_delete=models.CASCADE)
    signature = models.CharField(max_length=200, blank=True)

    def __str__(self):
        return f"profile {self.pk}"

    @property
    def is_busy(self):
        return self.user.tickets.filter(closed_at=None).count() > 10

    @property
    def short_signature(self):
        return self.signature[:40]
