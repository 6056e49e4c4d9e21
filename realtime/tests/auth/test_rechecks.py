"""The database connections of rechecks."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.db import connections

from channels_realtime.auth.rechecks import Rechecker
from channels_realtime.hub.tasks import BackgroundTasks


class QueryingSocket:
    """A socket whose recheck opens connections."""

    def __init__(self):
        self.opened = []

    async def recheck(self):
        await sync_to_async(self._open)()

    def _open(self):
        self.opened = connections.all()
        for connection in self.opened:
            connection.ensure_connection()


@pytest.mark.parametrize("times", [1, 3])
async def test_a_cancelled_recheck_leaves_no_connection_open(async_db, times):
    """Cancel it at each step of the event loop, until it ends by itself."""
    steps = 0
    while True:
        steps += 1
        socket = QueryingSocket()
        Rechecker(BackgroundTasks()).schedule([socket])
        (task,) = asyncio.all_tasks() - {asyncio.current_task()}
        for _ in range(steps):
            await asyncio.sleep(0)
        if task.done():
            break
        for _ in range(times):
            task.cancel()
            await asyncio.sleep(0)
        await asyncio.wait([task])
        assert [each.connection for each in socket.opened] in ([], [None])
