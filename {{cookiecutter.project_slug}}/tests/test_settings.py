"""The system checks, the migrations, and the connections of the database."""

import threading

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import connection, transaction

from accounts.models import User

WRITERS = 4

only_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="the database is not SQLite")
only_postgres = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="the database is not PostgreSQL"
)


def test_the_system_checks_find_nothing(settings):
    settings.ALLOWED_HOSTS = ["example.com"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://example.com"]
    assert run_checks() == []


def test_every_change_of_a_model_has_its_migration(db):
    call_command("makemigrations", check=True, dry_run=True)


@only_sqlite
@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 1), ("busy_timeout", 20_000)]
)
def test_sqlite_is_set_up_for_many_processes(transactional_db, pragma, value):
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {pragma}")
        assert cursor.fetchone() == (value,)


@only_sqlite
def test_writers_that_read_first_wait_for_each_other_and_all_succeed(transactional_db):
    user = User.objects.create_user("alice", first_name="0")
    start, errors = threading.Barrier(WRITERS), []

    def count():
        start.wait()
        try:
            for _ in range(5):
                with transaction.atomic():
                    user = User.objects.get()
                    user.first_name = str(int(user.first_name) + 1)
                    user.save()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=count) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    user.refresh_from_db()
    assert (errors, user.first_name) == ([], str(5 * WRITERS))


@only_postgres
def test_postgres_detects_within_seconds_that_an_application_host_has_failed(db):
    with connection.cursor() as cursor:
        if connection.connection.info.host.startswith("/"):
            pytest.skip("a Unix socket connects to the same host")
        cursor.execute("SHOW tcp_user_timeout")
        assert cursor.fetchone() in [("10000",), ("10s",)]
