"""Publish messages: `python -m bench.publish METHOD COUNT` prints the monotonic time of its start.

The method `ours` calls `publish()` for each message, `tutorial` calls `async_to_sync(group_send)`.
`ours-burst` and `tutorial-burst` publish all messages at once from one event loop.
"""

from __future__ import annotations

import asyncio
import sys
import time
from typing import TYPE_CHECKING

import django

django.setup()

from asgiref.sync import async_to_sync  # noqa: E402
from channels.layers import get_channel_layer  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

ROOM = "room"


def text(number: int) -> str:
    """Return the text of a message with its number."""
    return f"#{number:08}#"


def ours(count: int) -> None:
    """Call `publish()`, as in a view or command."""
    from channels_realtime.publishing import publish

    from bench.ours import Say

    for number in range(count):
        publish(f"bench.{ROOM}", Say(text=text(number)))


def ours_burst(count: int) -> None:
    """Publish all messages at once from one event loop."""
    from channels_realtime.publishing import apublish

    from bench.ours import Say

    async def burst() -> None:
        await asyncio.gather(
            *(apublish(f"bench.{ROOM}", Say(text=text(number))) for number in range(count))
        )

    asyncio.run(burst())


def event(number: int) -> dict[str, str]:
    """Return an event for the tutorial's consumer."""
    return {"type": "chat.message", "message": text(number)}


def tutorial(count: int) -> None:
    """Send to the group from synchronous code, as in the documentation of Channels."""
    send = async_to_sync(get_channel_layer().group_send)
    for number in range(count):
        send(f"chat_{ROOM}", event(number))


def tutorial_burst(count: int) -> None:
    """Send all messages to the group at once from one event loop."""

    async def burst() -> None:
        layer = get_channel_layer()
        await asyncio.gather(
            *(layer.group_send(f"chat_{ROOM}", event(number)) for number in range(count))
        )

    asyncio.run(burst())


METHODS: dict[str, Callable[[int], None]] = {
    "ours": ours,
    "ours-burst": ours_burst,
    "tutorial": tutorial,
    "tutorial-burst": tutorial_burst,
}

if __name__ == "__main__":
    print(time.monotonic(), flush=True)
    METHODS[sys.argv[1]](int(sys.argv[2]))
