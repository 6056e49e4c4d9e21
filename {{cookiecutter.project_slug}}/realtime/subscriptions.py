"""The process's place in a group of the channel layer, and who hears there what is sent."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from channels.layers import get_channel_layer

if TYPE_CHECKING:
    from realtime.hub import Hub

logger = logging.getLogger(__name__)

LEAVE_TIMEOUT = 5  # seconds for one attempt
RETRY = 0.25  # seconds


class Member(Protocol):
    """Somebody in a group. Both methods are called in the event loop and must not block."""

    def deliver(self, event: dict[str, Any]) -> None:
        """Take an event that was sent to the group."""

    def catch_up(self) -> None:
        """Events may have been lost: read what is missing, if there is a place to read it."""


class Subscription:
    """The process's place in one group: a channel of the layer, and who hears what comes there."""

    def __init__(self, hub: "Hub", group: str) -> None:
        self.hub, self.group = hub, group
        self.members: dict[Member, None] = {}  # a set that keeps its order
        self.ready = asyncio.Event()
        self.behind = False  # members may have missed events before the layer has us in the group
        self.channel: str | None = None
        self._one_at_a_time = asyncio.Lock()  # renewing and leaving must not overtake each other
        self.task = hub.spawn(self._run())

    async def _run(self) -> None:
        """Listen until cancelled; after a failure, subscribe again."""
        while True:
            try:
                await self._listen()
            except Exception as error:
                logger.warning("No subscription to %s for now: %r", self.group, error)
            await self._until_layer_answers()

    async def _listen(self) -> None:
        layer = get_channel_layer()
        # The same channel each time: a layer may still know it, and have events for it.
        self.channel = self.channel or await layer.new_channel()
        await layer.group_add(self.group, self.channel)
        if self.behind:
            self.catch_up()
        self.behind = True
        self.ready.set()
        while True:
            self.deliver(await layer.receive(self.channel))

    async def _until_layer_answers(self) -> None:
        await asyncio.sleep(RETRY)
        await self.hub.until_layer_answers()

    async def end(self) -> None:
        """Stop listening, and leave the group."""
        # Layers lose cancellations, or make other errors of them, while Redis is away.
        while not self.task.done():
            self.task.cancel()
            await asyncio.wait([self.task], timeout=RETRY)
        await self._discard()

    async def _discard(self) -> None:
        """Leave the group; a layer that is away may still have us in it when it is back."""
        while self.channel is not None:
            with contextlib.suppress(Exception):
                async with asyncio.timeout(LEAVE_TIMEOUT), self._one_at_a_time:
                    await self._leave_group(self.channel)
                    self.channel = None
                    return
            await self._until_layer_answers()

    async def _leave_group(self, channel: str) -> None:
        layer = get_channel_layer()
        await layer.group_discard(self.group, channel)
        if hasattr(layer, "forget_channel"):
            await layer.forget_channel(channel)

    async def renew(self) -> None:
        async with self._one_at_a_time:
            if self.channel is not None:
                with contextlib.suppress(Exception):
                    await get_channel_layer().group_add(self.group, self.channel)

    def deliver(self, event: dict[str, Any]) -> None:
        for member in list(self.members):
            self._tell(member.deliver, event)

    def catch_up(self) -> None:
        for member in list(self.members):
            self._tell(member.catch_up)

    def _tell(self, member: Callable[..., None], *event: dict[str, Any]) -> None:
        """One member's mistake must not cost the others their events."""
        try:
            member(*event)
        except Exception:
            logger.exception("A member of %s failed.", self.group)


class Pulse:
    """Notices whether the hub's own message comes back to it."""

    def __init__(self) -> None:
        self.felt = asyncio.Event()

    def deliver(self, event: dict[str, Any]) -> None:
        self.felt.set()

    def catch_up(self) -> None:
        """There is nothing to read."""
