"""SQLite with several processes: readers do not wait, and writers wait for each other."""

import threading

import pytest
from django.db import connection, transaction

from people.models import Person

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="the database is PostgreSQL")

WRITERS = 4


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 1), ("busy_timeout", 20_000)]
)
def test_a_connection_has_the_settings_for_many_processes(transactional_db, pragma, value):
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {pragma}")
        assert cursor.fetchone() == (value,)


def test_writers_that_read_first_wait_for_each_other_and_all_succeed(transactional_db):
    user = Person.objects.create_user("alice", first_name="0")
    start, errors = threading.Barrier(WRITERS), []

    def count():
        start.wait()
        try:
            for _ in range(5):
                with transaction.atomic():
                    user = Person.objects.get()
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
