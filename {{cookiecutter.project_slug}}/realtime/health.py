"""Whether the process answers, and what it leans on: the database and the channel layer."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from typing import Any

from channels.layers import get_channel_layer
from django.db import connection, connections

from realtime.hub import current_hub

logger = logging.getLogger(__name__)

TIMEOUT = 5  # seconds

# A thread of its own: others may be busy, which is not the database's fault. (A pool whose every
# connection is busy for so long is not ready.) One, so that probes of a database that hangs do not
# pile up.
_thread = ThreadPoolExecutor(1, "health")


class Health:
    """Answers /healthz (the process) and /readyz (database and layer too), the rest is Django's.

    It stands outside of Django, because probes come over plain HTTP and under any host name.
    """

    def __init__(self, application: Callable[..., Awaitable[None]]) -> None:
        self.application = application
        self._looking: asyncio.Task[dict[str, bool]] | None = None

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["path"] == "/healthz":
            await respond(send, {"process": True})
        elif scope["path"] == "/readyz":
            await respond(send, await self._readiness())
        else:
            await self.application(scope, receive, send)

    async def _readiness(self) -> dict[str, bool]:
        """Look, or share the look of a probe that has come before."""
        if self._looking is None or self._looking.done():
            # What the layer begins now may live longer than this request, and is not about it.
            self._looking = asyncio.create_task(readiness(), context=Context())
        return await asyncio.shield(self._looking)


async def respond(send: Any, state: dict[str, bool]) -> None:
    """Send the state as JSON: 200 if all of it is true, otherwise 503."""
    status = 200 if all(state.values()) else 503
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(state).encode()})


async def readiness() -> dict[str, bool]:
    """Return what answers within TIMEOUT seconds; what does not is logged."""
    database, layer = await asyncio.gather(answers(reach_database), answers(reach_layer))
    return {"database": database, "layer": layer}


async def answers(reach: Callable[[], Awaitable[None]]) -> bool:
    try:
        async with asyncio.timeout(TIMEOUT):
            await reach()
    except Exception as error:
        logger.error("Not ready: %s fails: %r", reach.__name__, error)
        return False
    return True


async def reach_database() -> None:
    """Run the smallest query. Raises what the database driver raises."""
    await asyncio.get_running_loop().run_in_executor(_thread, query)


def query() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        connection.close()


async def reach_layer() -> None:
    """Send a message through the channel layer and receive it. Raises what the layer raises."""
    layer = get_channel_layer()
    channel = await layer.new_channel()
    try:
        await layer.send(channel, {"type": "health.probe"})
        await layer.receive(channel)
    finally:
        if hasattr(layer, "forget_channel"):
            # Nobody waits for it: it may take long while the layer is away.
            current_hub().spawn(layer.forget_channel(channel))


def without_pool() -> None:
    """Connect directly from now on: a command needs one connection, and the reason if it fails.

    A pool would also stay with the database for which it was opened, whatever a test database is
    called afterwards.
    """
    for database in connections.all():
        if hasattr(database, "close_pool"):
            database.close_pool()
        database.settings_dict.get("OPTIONS", {}).pop("pool", None)
