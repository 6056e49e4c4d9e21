"""The two ends of a message's way through the channel layer, each in a process of its own."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import django
from channels.layers import get_channel_layer

from .error_text import told
from .isolation import keep_apart, use_databases

if TYPE_CHECKING:
    from .ipc import Talk

LIMIT = 6.0  # seconds for each step
PAUSE = 0.3  # between two messages
GROUP = "doctor"


def receive(talk: Talk, task: dict[str, Any]) -> None:
    """Join a group with a new channel, say so, and say how the first message came."""
    _prepare(task)
    layer = get_channel_layer()
    if layer is None:
        talk.say(outcome="none")
    elif any(base.__name__ == "InMemoryChannelLayer" for base in type(layer).__mro__):
        talk.say(outcome="memory")
    else:
        asyncio.run(_receive(talk, layer))


async def _receive(talk: Talk, layer: Any) -> None:
    step = "joining a group"
    try:
        channel = await asyncio.wait_for(layer.new_channel(), LIMIT)
        await asyncio.wait_for(layer.group_add(GROUP, channel), LIMIT)
        talk.say(joined=True)
        step = "waiting for the message"
        await asyncio.wait_for(layer.receive(channel), LIMIT)
    except asyncio.TimeoutError:
        talk.say(outcome="lost", step=step)
    except Exception as error:
        talk.say(outcome="error", step=step, error=told(error))
    else:
        talk.say(outcome="received")


def send(talk: Talk, task: dict[str, Any]) -> None:
    """Once told so, send messages to the group until stdin ends."""
    _prepare(task)
    talk.say(ready=True)
    if talk.hear() is not None:
        asyncio.run(_send(talk, get_channel_layer()))


async def _send(talk: Talk, layer: Any) -> None:
    try:
        for _ in range(int(LIMIT / PAUSE)):
            await asyncio.wait_for(layer.group_send(GROUP, {"type": "doctor.message"}), LIMIT)
            await asyncio.sleep(PAUSE)
    except Exception as error:
        talk.say(outcome="error", step="sending to a group", error=told(error))


def _prepare(task: dict[str, Any]) -> None:
    keep_apart(task)
    use_databases(task["databases"])
    django.setup()
