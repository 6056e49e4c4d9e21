"""The fixtures that every test gets: plain static files, quick passwords, users."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import TransactionTestCase

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


@pytest.fixture(autouse=True, scope="session")
def quick_flush() -> Iterator[None]:
    """Delete a few rows after a test, where Django truncates all tables and fills some anew.

    PostgreSQL takes a tenth of a second for that, after each of many tests.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: delete_rows())
        yield


def delete_rows() -> None:
    """Empty all tables but those that migrations have filled."""
    with transaction.atomic(), connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            if model._meta.label not in ("auth.Permission", "contenttypes.ContentType"):
                table = connection.ops.quote_name(model._meta.db_table)
                cursor.execute(f"DELETE FROM {table}")  # noqa: S608  (a model's own name)


@pytest.fixture
def alice(db) -> User:
    return User.objects.create_superuser("alice", password="old")


@pytest.fixture
def bob(db) -> User:
    return User.objects.create_user("bob", password="old")
