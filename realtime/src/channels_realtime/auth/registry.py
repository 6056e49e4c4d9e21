"""The registry of open sockets of authenticated users, and the recheck of their rights."""

import asyncio
from collections.abc import Iterable
from contextvars import Context
from typing import Any, Protocol

from channels_realtime.conf import conf
from channels_realtime.hub.hub import Hub, current_hub
from channels_realtime.hub.loops import PerLoop

RECHECK_GROUP = "realtime.rechecks"  # the group that every process with sockets is in
BATCH_SIZE = 20  # sockets that are rechecked together


class RegisteredSocket(Protocol):
    """A socket of an authenticated user. It must be hashable."""

    scope: dict[str, Any]

    async def recheck(self) -> None:
        """Close the socket unless its user still has permission. Never raise."""


class SocketRegistry:
    """The sockets of one hub. As a member of RECHECK_GROUP it learns whose to recheck."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._by_user: dict[str, set[RegisteredSocket]] = {}
        self._pending: dict[RegisteredSocket, None] = {}  # a set that keeps its order
        self._recheck: asyncio.Task[None] | None = None
        self._regular: asyncio.Task[None] | None = None
        self.rechecks_seen = 0  # how many requests to recheck have arrived

    @property
    def is_subscribed(self) -> bool:
        """Whether the layer has the process in RECHECK_GROUP."""
        subscription = self._hub.subscriptions.get(RECHECK_GROUP)
        return subscription is not None and subscription.ready.is_set()

    async def subscribe(self) -> None:
        """Receive requests to recheck from now on, for as long as the process lives."""
        await self._hub.join(RECHECK_GROUP, self)

    def add(self, socket: RegisteredSocket, seen: int) -> bool:
        """Register the socket; return False if its user has too many in this process.

        `seen` is the value of `rechecks_seen` before the socket's session was read.
        """
        sockets = self._by_user.setdefault(_user_id(socket), set())
        if len(sockets) >= conf.MAX_SOCKETS_PER_USER:
            return False
        sockets.add(socket)
        if seen != self.rechecks_seen:
            self._schedule([socket])
        if self._regular is None:
            self._regular = asyncio.create_task(self._recheck_regularly(), context=Context())
        return True

    def remove(self, socket: RegisteredSocket) -> None:
        """Forget the socket. Do nothing if it is not registered."""
        sockets = self._by_user.get(_user_id(socket), set())
        sockets.discard(socket)
        self._pending.pop(socket, None)
        if not sockets:
            self._by_user.pop(_user_id(socket), None)
        if not self._by_user and self._regular is not None:
            self._regular.cancel()
            self._regular = None

    def deliver(self, event: dict[str, Any]) -> None:
        """Recheck the sockets of the user event["user"], or all sockets if it is None."""
        self.rechecks_seen += 1
        user = event.get("user")
        self._schedule(self._all() if user is None else self._by_user.get(user, ()))

    def catch_up(self) -> None:
        """Recheck all sockets: requests may have been lost."""
        self.rechecks_seen += 1
        self._schedule(self._all())

    def _all(self) -> list[RegisteredSocket]:
        return [socket for sockets in self._by_user.values() for socket in sockets]

    def _schedule(self, sockets: Iterable[RegisteredSocket]) -> None:
        self._pending.update(dict.fromkeys(sockets))
        if self._pending and self._recheck is None:
            self._recheck = self._hub.tasks.spawn(self._recheck_pending())

    async def _recheck_pending(self) -> None:
        try:
            while batch := list(self._pending)[:BATCH_SIZE]:
                for socket in batch:
                    del self._pending[socket]
                await asyncio.gather(*(socket.recheck() for socket in batch))
        finally:
            self._recheck = None

    async def _recheck_regularly(self) -> None:
        """Find what sends no signal: an expired session, `queryset.update()`, SQL."""
        while True:
            await asyncio.sleep(conf.RECHECK_SECONDS)
            self.catch_up()


def _user_id(socket: RegisteredSocket) -> str:
    # Outside of WebSocketStack there is no user, and the socket was never registered.
    return str(getattr(socket.scope.get("user"), "pk", None))


_registries = PerLoop(lambda: SocketRegistry(current_hub()))


def current_registry() -> SocketRegistry:
    """Return the registry of the running event loop."""
    return _registries.current()
