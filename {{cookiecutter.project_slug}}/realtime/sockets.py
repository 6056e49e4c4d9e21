"""The open sockets of signed-in users, and the second look at their right to be open."""

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.conf import settings

if TYPE_CHECKING:
    from realtime.consumers import MessageConsumer
    from realtime.hub import Hub

REVOCATIONS = "realtime.revocations"  # the group in which every process with sockets listens
AT_ONCE = 20  # sockets that are looked at together


class Sockets:
    """The signed-in sockets of one hub. As a member of REVOCATIONS it hears whom to look at."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self._of: dict[str, set[MessageConsumer]] = {}
        self._pending: dict[MessageConsumer, None] = {}  # to look at; a set that keeps its order
        self._looking: asyncio.Task[None] | None = None
        self.heard = 0  # messages about whom to look at

    @property
    def is_listening(self) -> bool:
        """Whether the layer has the process in REVOCATIONS."""
        subscription = self._hub.subscriptions.get(REVOCATIONS)
        return subscription is not None and subscription.ready.is_set()

    async def listen(self) -> None:
        """Hear of revocations from now on, for as long as the process lives."""
        await self._hub.join(REVOCATIONS, self)

    def add(self, socket: "MessageConsumer", heard: int) -> bool:
        """Count the socket; return False if its user has too many in this process.

        `heard` is as it was before the socket's session was read: much may have changed since.
        """
        mine = self._of.setdefault(str(socket.scope["user"].pk), set())
        if len(mine) >= settings.REALTIME_SOCKETS_PER_USER:
            return False
        mine.add(socket)
        if heard != self.heard:
            self._look_at([socket])
        return True

    def remove(self, socket: "MessageConsumer") -> None:
        """Forget the socket. Harmless if it was not counted."""
        user = str(socket.scope["user"].pk)
        mine = self._of.get(user, set())
        mine.discard(socket)
        self._pending.pop(socket, None)
        if not mine:
            self._of.pop(user, None)

    def deliver(self, event: dict[str, Any]) -> None:
        """Look again at the sockets of event["user"], or at all of them if it is None."""
        self.heard += 1
        user = event.get("user")
        self._look_at(self._all() if user is None else self._of.get(user, ()))

    def catch_up(self) -> None:
        """Revocations may have been lost, so look at everybody."""
        self.heard += 1
        self._look_at(self._all())

    def _all(self) -> list["MessageConsumer"]:
        return [socket for sockets in self._of.values() for socket in sockets]

    def _look_at(self, sockets: Iterable["MessageConsumer"]) -> None:
        self._pending.update(dict.fromkeys(sockets))
        if self._pending and self._looking is None:
            self._looking = self._hub.spawn(self._look())

    async def _look(self) -> None:
        try:
            while some := list(self._pending)[:AT_ONCE]:
                for socket in some:
                    del self._pending[socket]
                await asyncio.gather(*(socket.look_again() for socket in some))
        finally:
            self._looking = None
