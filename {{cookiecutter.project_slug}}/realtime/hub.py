"""The hub: one subscription for each group and process, and fan-out inside the process.

Channels gives each socket a channel of its own in the layer, reads it for each socket, and closes
the socket when that fails. Here the process subscribes once to each group and hands every event
to its members. Sockets do not hang on the layer: when Redis dies none of them closes, the hub
subscribes again, and tells the members to catch up.
"""

import asyncio
import contextlib
import math
from contextvars import Context
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings

from realtime.database import SharedConnections
from realtime.groups import require_group_name
from realtime.outgoing import Outgoing
from realtime.sockets import Sockets
from realtime.streams import Streams
from realtime.subscriptions import Member, Pulse, Subscription

PULSES = "realtime.pulses"  # the group in which a hub tries whether the layer works
JOIN_TIMEOUT = 1  # seconds; a socket does not wait longer for a layer that is away
LEAVE_TIMEOUT = 5  # seconds for the last words to the layer
RETRY = 0.25  # seconds until a message of our own that has not come through is sent again


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
        try:
            await self.outgoing.try_until(math.inf, PULSES, {"type": "realtime.pulse"})
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


hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def current_hub() -> Hub:
    """Return the hub of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in hubs:
        hubs[loop] = Hub()
    return hubs[loop]
