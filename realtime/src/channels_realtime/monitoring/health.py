"""Health: whether the process answers, and whether its database and channel layer do."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from functools import partial
from typing import Any

from channels.layers import get_channel_layer

from channels_realtime.hub.hub import current_hub
from channels_realtime.hub.loops import PerProcess
from channels_realtime.monitoring.databases import query

logger = logging.getLogger(__name__)

TIMEOUT = 5  # seconds

# Its own thread: busy threads of other code do not mean that the database is down. A single
# thread: probes of a database that hangs must not accumulate.
_thread = PerProcess(partial(ThreadPoolExecutor, 1, "health"))


class HealthMiddleware:
    """Answer /healthz (the process) and /readyz (database and layer); pass on everything else.

    It wraps Django, because probes use plain HTTP and any host name.
    """

    def __init__(self, application: Callable[..., Awaitable[None]]) -> None:
        self.application = application
        self._check: asyncio.Task[dict[str, bool]] | None = None

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        if path == "/healthz":
            await respond(send, {"process": True})
        elif path == "/readyz":
            await respond(send, await self._readiness())
        else:
            await self.application(scope, receive, send)

    async def _readiness(self) -> dict[str, bool]:
        """Check, or share the check of an earlier probe."""
        if self._check is None or self._check.done():
            # What the layer begins now may outlive this request, and does not belong to it.
            self._check = asyncio.create_task(readiness(), context=Context())
        return await asyncio.shield(self._check)


async def respond(send: Any, state: dict[str, bool]) -> None:
    """Send the state as JSON: with status 200 if all of it is true, otherwise 503."""
    status = 200 if all(state.values()) else 503
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(state).encode()})


async def readiness() -> dict[str, bool]:
    """Return what answers within TIMEOUT seconds; log what does not."""
    database, layer = await asyncio.gather(answers(reach_database), answers(reach_layer))
    return {"database": database, "layer": layer}


async def answers(reach: Callable[[], Awaitable[None]]) -> bool:
    """Return whether a check succeeds in time."""
    try:
        async with asyncio.timeout(TIMEOUT):
            await reach()
    except Exception as error:
        logger.error("Not ready: %s fails: %r", reach.__name__, error)
        return False
    return True


async def reach_database() -> None:
    """Query the database. Raise what its driver raises."""
    await asyncio.get_running_loop().run_in_executor(_thread.current(), query)


async def reach_layer() -> None:
    """Send a message through the channel layer and receive it. Raise what the layer raises."""
    layer = get_channel_layer()
    channel = await layer.new_channel()
    try:
        await layer.send(channel, {"type": "health.probe"})
        await layer.receive(channel)
    finally:
        if hasattr(layer, "forget_channel"):
            # Do not wait for it: it may take long while the layer is down.
            current_hub().tasks.spawn(layer.forget_channel(channel))
