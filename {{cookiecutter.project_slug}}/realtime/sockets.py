"""The open sockets of signed-in users, and the second look at their right to be open."""

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.conf import settings

if TYPE_CHECKING:
    from realtime.consumers import MessageConsumer
    from realtime.hub import Hub

REVOCATIONS = "realtime.revocations"  # the group in which every process with sockets listens


class Sockets:
    """The signed-in sockets of one hub. As a member of REVOCATIONS it hears whom to look at."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self._of: dict[str, set[MessageConsumer]] = {}
        self._regular: asyncio.Task[None] | None = None
        self.heard = 0  # messages about whom to look at

    async def add(self, socket: "MessageConsumer", heard: int) -> bool:
        """Count the socket; return False if its user has too many in this process.

        `heard` is as it was before the socket's rights were read: they may have changed since.
        """
        mine = self._of.setdefault(str(socket.scope["user"].pk), set())
        if len(mine) >= settings.REALTIME_SOCKETS_PER_USER:
            return False
        mine.add(socket)
        if self._regular is None:
            self._regular = self._hub.spawn(self._look_regularly())
        await self._hub.join(REVOCATIONS, self)
        if heard != self.heard:
            self._hub.spawn(self._look_again([socket]))
        return True

    def remove(self, socket: "MessageConsumer") -> None:
        """Forget the socket. Harmless if it was not counted."""
        user = str(socket.scope["user"].pk)
        mine = self._of.get(user, set())
        mine.discard(socket)
        if not mine:
            self._of.pop(user, None)
        if not self._of and self._regular is not None:
            self._hub.leave(REVOCATIONS, self)
            self._regular.cancel()
            self._regular = None

    def deliver(self, event: dict[str, Any]) -> None:
        """Look again at the sockets of event["user"], or at all of them if it is None."""
        self.heard += 1
        user = event.get("user")
        sockets = self._all() if user is None else self._of.get(user, ())
        self._hub.spawn(self._look_again(list(sockets)))

    def catch_up(self) -> None:
        """Revocations may have been lost, so look at everybody."""
        self._hub.spawn(self._look_again(self._all()))

    def _all(self) -> list["MessageConsumer"]:
        return [socket for sockets in self._of.values() for socket in sockets]

    async def _look_again(self, sockets: Iterable["MessageConsumer"]) -> None:
        for socket in sockets:
            await socket.look_again()

    async def _look_regularly(self) -> None:
        while True:
            await asyncio.sleep(settings.REALTIME_RECHECK_SECONDS)
            await self._look_again(self._all())
            await self._hub.renew()
