"""Whether what the process leans on answers: the database and the channel layer."""

import asyncio
import contextlib

from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from django.db import connection, connections

TIMEOUT = 5  # seconds


async def reach_database() -> None:
    """Run the smallest query. Raises what the database driver raises."""
    await database_sync_to_async(_query)()


async def reach_layer() -> None:
    """Send a message through the channel layer and receive it.

    Raises TimeoutError after TIMEOUT seconds, or what the layer raises.
    """
    layer = get_channel_layer()
    async with asyncio.timeout(TIMEOUT):
        channel = await layer.new_channel()
        await layer.send(channel, {"type": "health.probe"})
        await layer.receive(channel)
    # A layer forgets a channel when the receive that waits on it is cancelled.
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(layer.receive(channel), timeout=0.001)


def without_pool() -> None:
    """Connect directly from now on: a command needs one connection, and the reason if it fails.

    A pool would also stay with the database for which it was opened, whatever a test database is
    called afterwards.
    """
    for database in connections.all():
        if hasattr(database, "close_pool"):
            database.close_pool()
        database.settings_dict.get("OPTIONS", {}).pop("pool", None)


def _query() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
