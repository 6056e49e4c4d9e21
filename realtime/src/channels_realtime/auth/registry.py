"""The registry of open sockets of authenticated users."""

from typing import Any
from uuid import uuid4

from channels_realtime.auth.rechecks import Rechecker, RegisteredSocket
from channels_realtime.conf import conf
from channels_realtime.hub.hub import Hub, current_hub
from channels_realtime.hub.loops import PerLoop

RECHECK_GROUP = "realtime.rechecks"  # the group that every process with sockets is in


class SocketRegistry:
    """The sockets of one hub. As a member of RECHECK_GROUP it learns whose to recheck."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._by_user: dict[str, list[RegisteredSocket]] = {}
        self._users: dict[RegisteredSocket, str] = {}
        self._rechecker = Rechecker(hub.tasks)
        self.id = uuid4().hex
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
        user = str(socket.scope["user"].pk)
        sockets = self._by_user.setdefault(user, [])
        if len(sockets) >= conf.MAX_SOCKETS_PER_USER:
            return False
        sockets.append(socket)
        self._users[socket] = user
        self._rechecker.add(socket)
        if seen != self.rechecks_seen:
            self._rechecker.schedule([socket])
        return True

    def remove(self, socket: RegisteredSocket) -> None:
        """Forget the socket. Do nothing if it is not registered."""
        user = self._users.pop(socket, None)
        if user is None:
            return
        self._by_user[user].remove(socket)
        if not self._by_user[user]:
            del self._by_user[user]
        self._rechecker.remove(socket)

    def recheck(self, user: str | None) -> None:
        """Recheck the sockets of a user, or all sockets without one. Return at once."""
        self.rechecks_seen += 1
        all_sockets = self._rechecker.sockets
        self._rechecker.schedule(all_sockets if user is None else self._by_user.get(user, ()))

    def deliver(self, event: dict[str, Any]) -> None:
        """Handle a request of another process; this process has rechecked its sockets before."""
        if event.get("sender") != self.id:
            self.recheck(event.get("user"))

    def catch_up(self) -> None:
        """Recheck all sockets: requests may have been lost."""
        self.recheck(None)


registries = PerLoop(lambda: SocketRegistry(current_hub()))


def current_registry() -> SocketRegistry:
    """Return the registry of the running event loop."""
    return registries.current()
