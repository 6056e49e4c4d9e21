"""What the tests share: plain static files, quick passwords, two users."""

import pytest

from accounts.models import User


@pytest.fixture(autouse=True)
def plain_static_files(settings):
    """Tests need no collectstatic."""
    backend = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.WHITENOISE_AUTOREFRESH = True
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": backend}}


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """A secure hash is slow on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def alice(db) -> User:
    return User.objects.create_superuser("alice", password="old")


@pytest.fixture
def bob(db) -> User:
    return User.objects.create_user("bob", password="old")
