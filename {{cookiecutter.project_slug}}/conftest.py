"""Fixtures for the tests of all apps. The library adds its own."""

from typing import Any

import pytest

pytest_plugins = ["channels_realtime.testing.fixtures"]


@pytest.fixture(autouse=True)
def plain_static_files(settings: Any) -> None:
    """Serve static files without collectstatic."""
    backend = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.WHITENOISE_AUTOREFRESH = True
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": backend}}


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """Hash passwords with a fast algorithm."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def alice(db: None, django_user_model: Any) -> Any:
    """A superuser."""
    return django_user_model.objects.create_superuser("alice", password="old")  # noqa: S106


@pytest.fixture
def bob(db: None, django_user_model: Any) -> Any:
    """A user without permissions."""
    return django_user_model.objects.create_user("bob", password="old")  # noqa: S106
