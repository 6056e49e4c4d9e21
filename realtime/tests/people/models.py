"""A user model of the tests' site: the library must not depend on Django's own."""

from django.contrib.auth.models import AbstractUser


class Person(AbstractUser):
    """A user."""
