"""The hub: one subscription for each group and process, and fan-out inside the process.

Channels gives each socket its own channel in the layer, reads it for each socket, and closes the
socket when that fails. Here the process subscribes once to each group and passes every event to
the group's members. Sockets do not depend on the layer: when Redis fails, none of them closes. The
hub subscribes again, and notifies the members.
"""

import asyncio
import contextlib
import math

from channels_realtime.conf import conf
from channels_realtime.hub.loops import PerLoop
from channels_realtime.hub.probe import PROBE_GROUP, LayerProbe, ProbeMember
from channels_realtime.hub.sender import RetryingSender
from channels_realtime.hub.subscriptions import Member, Subscription
from channels_realtime.hub.tasks import BackgroundTasks
from channels_realtime.layers import reconnect
from channels_realtime.layers.groups import validate_group_name

JOIN_TIMEOUT = 1  # seconds; a socket does not wait longer for a layer that is down
CLOSE_TIMEOUT = 5  # seconds to leave the groups of the layer
PROBE_DELAY = 0.25  # seconds until a probe that has not come back is sent again


class Hub:
    """All subscriptions of one event loop, and so of one server process."""

    def __init__(self) -> None:
        self.subscriptions: dict[str, Subscription] = {}
        self.tasks = BackgroundTasks()
        self.sender = RetryingSender(self.wait_until_subscribed)
        self.probe = LayerProbe(self.tasks, self.sender)
        self._recovery: asyncio.Task[None] | None = None
        self._recovery_requested = 0.0  # when recover() was called last, as the loop's time()
        self._renewal: asyncio.Task[None] | None = None
        reconnect.listeners[asyncio.get_running_loop()] = self.recover

    async def join(self, group: str, member: Member) -> None:
        """Deliver the group's events to the member from now on.

        Return when the layer has the subscription, or after JOIN_TIMEOUT: then the subscription
        follows later, and catch_up() of the member is called. Raise ValueError for an invalid name.
        """
        subscription = self.subscriptions.get(validate_group_name(group))
        if subscription is None:
            subscription = Subscription(group, self.tasks, self.probe.wait)
            self.subscriptions[group] = subscription
        subscription.members[member] = None
        if self._renewal is None:
            self._renewal = self.tasks.spawn(self._renew_regularly())
        try:
            async with asyncio.timeout(JOIN_TIMEOUT):
                await subscription.ready.wait()
        except TimeoutError:
            subscription.behind = True

    def leave(self, group: str, member: Member) -> None:
        """Stop delivering to the member. Do nothing if it is not a member."""
        subscription = self.subscriptions.get(group)
        if subscription is not None:
            subscription.members.pop(member, None)
            if not subscription.members:
                del self.subscriptions[group]
                self.tasks.spawn(subscription.end())
                self._stop_renewal_if_idle()

    def recover(self) -> None:
        """Call catch_up() of all members: events may have been lost before a new connection.

        A recovery that is running does not end before the layer has delivered after this call.
        """
        self._recovery_requested = asyncio.get_running_loop().time()
        if self._recovery is None and self.subscriptions:
            self._recovery = self.tasks.spawn(self._recover())

    async def wait_until_subscribed(self) -> None:
        """Recover after an outage, and return when the layer delivers to this process again."""
        self.recover()
        if self._recovery is not None:
            await asyncio.wait([self._recovery])

    async def _recover(self) -> None:
        # Once a probe comes back, all groups are subscribed again with pub/sub: the layer
        # subscribes them in one command, and Redis runs one command at a time. The core layer
        # needs renew(): a Redis that has restarted may have forgotten every group.
        member = ProbeMember()
        try:
            await self.join(PROBE_GROUP, member)
            sent = -math.inf
            while sent < self._recovery_requested:
                sent = await self._probe_until_delivered(member)
                await self.renew()
        finally:
            self.leave(PROBE_GROUP, member)
            self._recovery = None
        for subscription in list(self.subscriptions.values()):
            subscription.catch_up()

    async def _probe_until_delivered(self, member: ProbeMember) -> float:
        """Return when the probe that came back was sent."""
        while True:
            sent = await self.probe.wait()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PROBE_DELAY):
                    await member.wait(sent)
                    return sent

    async def _renew_regularly(self) -> None:
        while True:
            await asyncio.sleep(conf.RECHECK_SECONDS)
            await self.renew()

    async def renew(self) -> None:
        """Repeat all subscriptions: layers forget old ones, and a flushed Redis all of them."""
        for subscription in list(self.subscriptions.values()):
            await subscription.renew()

    def _stop_renewal_if_idle(self) -> None:
        if self._renewal is not None and not self.subscriptions:
            self._renewal.cancel()
            self._renewal = None

    async def close(self) -> None:
        """Leave every group and send what is queued, before the process ends."""
        for subscription in self.subscriptions.values():
            self.tasks.spawn(subscription.end())
        self.subscriptions.clear()
        self._stop_renewal_if_idle()
        if self._recovery is not None:
            self._recovery.cancel()  # its probe does not come back any more
        await self.sender.drain()
        await self.tasks.wait(CLOSE_TIMEOUT)


hubs = PerLoop(Hub)


def current_hub() -> Hub:
    """Return the hub of the running event loop."""
    return hubs.current()
