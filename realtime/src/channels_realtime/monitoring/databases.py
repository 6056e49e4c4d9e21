"""The databases' connections outside of requests and sockets."""

from django.db import connection, connections


def query() -> None:
    """Run the smallest query on a new connection. Raise what the database driver raises."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        connection.close()


def disable_pools() -> None:
    """Connect directly from now on: a command needs one connection, and the reason of a failure.

    A pool would also stay with the database for which it was opened, even if a test database
    replaces it later.
    """
    for database in connections.all():
        if hasattr(database, "close_pool"):
            database.close_pool()
        database.settings_dict.get("OPTIONS", {}).pop("pool", None)
