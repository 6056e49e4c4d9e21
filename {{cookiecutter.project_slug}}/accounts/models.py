"""The user model. Django recommends a custom model from the start: a later change is hard."""

from django.contrib.auth.models import AbstractUser
from django.http import HttpRequest


class User(AbstractUser):
    """A user, with the fields of Django's default model."""


class SignedInRequest(HttpRequest):
    """The type of a request that has passed `login_required`."""

    user: User
