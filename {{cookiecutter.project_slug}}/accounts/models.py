"""The project's own user model, so that it can grow later without a hard migration."""

from django.contrib.auth.models import AbstractUser
from django.http import HttpRequest


class User(AbstractUser):
    """A user, for now exactly Django's."""


class SignedInRequest(HttpRequest):
    """The type of a request that has passed `login_required`."""

    user: User
