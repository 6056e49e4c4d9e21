"""The ASGI lifespan protocol, so that servers which speak it start and stop without complaint."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from realtime.hub import current_hub

Message = MutableMapping[str, Any]


async def lifespan(
    scope: Message,
    receive: Callable[[], Awaitable[Message]],
    send: Callable[[Message], Awaitable[None]],
) -> None:
    """Say yes to start-up and shutdown: open or close here what lives as long as the process."""
    message = await receive()
    while message["type"] == "lifespan.startup":
        await send({"type": "lifespan.startup.complete"})
        message = await receive()
    await current_hub().close()
    await send({"type": "lifespan.shutdown.complete"})
