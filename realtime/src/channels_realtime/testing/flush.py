"""Emptying the database after a test, in a fraction of the time that Django takes."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.test import TransactionTestCase


@pytest.fixture(scope="session")
def quick_flush(
    services: None,  # first, because pytest sets `usefixtures` up before automatic fixtures
    django_db_setup: None,
    django_db_blocker: Any,
) -> Iterator[None]:
    """Delete rows after a test with real transactions, where Django truncates every table.

    PostgreSQL takes a tenth of a second to truncate. Tables that migrations have filled stay as
    they are. Name this fixture in `usefixtures` of pytest's configuration. Only the default
    database is emptied.
    """
    with django_db_blocker.unblock():
        empty = [model for model in _models() if not model._base_manager.exists()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: _delete_rows(empty))
        yield


def _models() -> list[type[models.Model]]:
    found = apps.get_models(include_auto_created=True)
    return [model for model in found if model._meta.managed and not model._meta.proxy]


def _delete_rows(tables: list[type[models.Model]]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for model in tables:
            name = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"DELETE FROM {name}")  # noqa: S608  (a model's own name)
