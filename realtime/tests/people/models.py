"""The models of the tests' site: a user model, because the library must not depend on Django's own.

And tokens, with which clients without a cookie log in.
"""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.signals import post_delete
from django.dispatch import receiver

from channels_realtime.auth.revocation import recheck


class Person(AbstractUser):
    """A user."""


class Token(models.Model):
    """A token of a user."""

    key = models.CharField(max_length=40, primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    expires = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"a token of {self.user}"


@receiver(post_delete, sender=Token)
def recheck_sockets(instance: Token, **kwargs: Any) -> None:
    """Close the sockets of a deleted token."""
    recheck(instance.user_id)
