"""The hub: one subscription for each group and process, and fan-out inside the process.

Channels gives each socket a channel of its own in the layer, reads it for each socket, and closes
the socket when that fails. Here the process subscribes once to each group and hands every event
to its members. Sockets do not hang on the layer: when Redis dies none of them closes, the hub
subscribes again, and tells the members to catch up.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from contextvars import Context
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from channels.layers import get_channel_layer
from django.conf import settings

from realtime.database import SharedConnections
from realtime.groups import require_group_name
from realtime.outgoing import Outgoing
from realtime.sockets import Sockets
from realtime.streams import Streams

logger = logging.getLogger(__name__)

PULSES = "realtime.pulses"  # the group in which a hub tries whether the layer works
JOIN_TIMEOUT = 1  # seconds; a socket does not wait longer for a layer that is away
LEAVE_TIMEOUT = 5  # seconds
RETRY = 0.25  # seconds
LONGEST_RETRY = 1.0  # seconds: all is well soon after the layer is back


class Member(Protocol):
    """Somebody in a group. Both methods are called in the event loop and must not block."""

    def deliver(self, event: dict[str, Any]) -> None:
        """Take an event that was sent to the group."""

    def catch_up(self) -> None:
        """Events may have been lost: read what is missing, if there is a place to read it."""


class Hub:
    """All subscriptions of one event loop, and so of one server process."""

    def __init__(self) -> None:
        self.subscriptions: dict[str, Subscription] = {}
        self.database = SharedConnections()
        self.outgoing = Outgoing()
        self.sockets = Sockets(self)
        self.streams = Streams(self)
        self._background: set[asyncio.Task[None]] = set()
        self._checking: asyncio.Task[None] | None = None
        self._trying: asyncio.Task[None] | None = None
        self._regular: asyncio.Task[None] | None = None

    async def join(self, group: str, member: Member) -> None:
        """Deliver the group's events to the member from now on.

        Returns when the layer has the subscription, or after JOIN_TIMEOUT: it then comes later,
        and the member is told to catch up. Raises ValueError for a name that no layer takes.
        """
        subscription = self.subscriptions.get(require_group_name(group))
        if subscription is None:
            subscription = self.subscriptions[group] = Subscription(self, group)
        subscription.members[member] = None
        if self._regular is None:
            self._regular = self.spawn(self._look_regularly())
        try:
            async with asyncio.timeout(JOIN_TIMEOUT):
                await subscription.ready.wait()
        except TimeoutError:
            subscription.behind = True

    def leave(self, group: str, member: Member) -> None:
        """Deliver nothing more to the member. Harmless if it is no member."""
        subscription = self.subscriptions.get(group)
        if subscription is not None:
            subscription.members.pop(member, None)
            if not subscription.members:
                del self.subscriptions[group]
                self.spawn(subscription.end())
                self._rest()

    def spawn(self, work: Any) -> asyncio.Task[None]:
        """Run a coroutine as a task that is not forgotten, in a context of its own."""
        task: asyncio.Task[None] = asyncio.create_task(work, context=Context())
        self._background.add(task)
        task.add_done_callback(self._background.discard)
        return task

    async def until_layer_answers(self) -> None:
        """Return when the layer takes messages (again). All who wait share the attempts."""
        if self._trying is None:
            self._trying = self.spawn(self._try_layer())
        await asyncio.shield(self._trying)

    async def _try_layer(self) -> None:
        wait = RETRY
        try:
            while not await self.outgoing.try_to_send(PULSES, {"type": "realtime.pulse"}):
                await asyncio.sleep(wait)
                wait = min(2 * wait, LONGEST_RETRY)
        finally:
            self._trying = None

    def check_connection(self) -> None:
        """A connection to Redis is new: what was sent while there was none has been lost."""
        if self._checking is None and self.subscriptions:
            self._checking = self.spawn(self._check_connection())

    async def _check_connection(self) -> None:
        # Once a message of our own comes through, all groups are subscribed again: it is one
        # command, and Redis does one at a time.
        pulse = Pulse()
        try:
            await self.join(PULSES, pulse)
            while not pulse.felt.is_set():
                await self.until_layer_answers()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(RETRY):
                        await pulse.felt.wait()
        finally:
            self.leave(PULSES, pulse)
            self._checking = None
        for subscription in list(self.subscriptions.values()):
            subscription.catch_up()

    async def _look_regularly(self) -> None:
        while True:
            await asyncio.sleep(settings.REALTIME_RECHECK_SECONDS)
            self.sockets.catch_up()
            await self.renew()

    async def renew(self) -> None:
        """Repeat all subscriptions: layers forget old ones, and a flushed Redis all of them."""
        for subscription in list(self.subscriptions.values()):
            await subscription.renew()

    def _rest(self) -> None:
        if self._regular is not None and not self.subscriptions:
            self._regular.cancel()
            self._regular = None

    async def close(self) -> None:
        """Leave every group and send what is still to be sent, before the process ends."""
        for subscription in self.subscriptions.values():
            self.spawn(subscription.end())
        self.subscriptions.clear()
        self._rest()
        if self._checking is not None:
            self._checking.cancel()  # its own message comes no more
        await self.outgoing.finish()
        if self._background:
            await asyncio.wait(self._background, timeout=LEAVE_TIMEOUT)


class Subscription:
    """The process's place in one group: a channel of the layer, and who hears what comes there."""

    def __init__(self, hub: Hub, group: str) -> None:
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


hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def current_hub() -> Hub:
    """Return the hub of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in hubs:
        hubs[loop] = Hub()
    return hubs[loop]
