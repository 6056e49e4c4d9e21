"""Send a message through the project's channel layer from one process to another."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import django
from channels.layers import get_channel_layer

from .error_text import error_text
from .isolation import isolate_settings, use_databases

if TYPE_CHECKING:
    from .pipe import Pipe

STEP_SECONDS = 6.0
PAUSE_SECONDS = 0.3  # between two messages
GROUP = "doctor"


def run_receiver(pipe: Pipe, options: dict[str, Any]) -> None:
    """Join a group with a new channel, and report how the first message arrives."""
    _set_up(options)
    layer = get_channel_layer()
    if layer is None:
        pipe.send(outcome="none")
    elif any(base.__name__ == "InMemoryChannelLayer" for base in type(layer).__mro__):
        pipe.send(outcome="memory")
    else:
        asyncio.run(_receive(pipe, layer))


async def _receive(pipe: Pipe, layer: Any) -> None:
    step = "joining a group"
    try:
        channel = await asyncio.wait_for(layer.new_channel(), STEP_SECONDS)
        await asyncio.wait_for(layer.group_add(GROUP, channel), STEP_SECONDS)
        pipe.send(joined=True)
        step = "waiting for the message"
        await asyncio.wait_for(layer.receive(channel), STEP_SECONDS)
    except asyncio.TimeoutError:
        pipe.send(outcome="lost", step=step)
    except Exception as error:
        pipe.send(outcome="error", step=step, error=error_text(error))
    else:
        pipe.send(outcome="received")


def run_sender(pipe: Pipe, options: dict[str, Any]) -> None:
    """Wait for a message, then send to the group until stdin is closed."""
    _set_up(options)
    pipe.send(ready=True)
    if pipe.receive() is not None:
        asyncio.run(_send(pipe, get_channel_layer()))


async def _send(pipe: Pipe, layer: Any) -> None:
    try:
        for _ in range(int(STEP_SECONDS / PAUSE_SECONDS)):
            await asyncio.wait_for(
                layer.group_send(GROUP, {"type": "doctor.message"}), STEP_SECONDS
            )
            await asyncio.sleep(PAUSE_SECONDS)
    except Exception as error:
        pipe.send(outcome="error", step="sending to a group", error=error_text(error))


def _set_up(options: dict[str, Any]) -> None:
    isolate_settings(options)
    use_databases(options["databases"])
    django.setup()
