"""The sockets of one process in a group, by their users."""

import time
from typing import Any, Protocol

import msgspec

from channels_realtime.hub.cleanup import Cleanup
from channels_realtime.presence.roster import Entry


class FrameSender(Protocol):
    """The connection of a socket."""

    def send(self, text: str) -> None:
        """Send a text frame soon."""

    def send_some(self, texts: list[str]) -> int:
        """Send as many of the text frames as the buffer takes. Return how many."""


class Socket(Protocol):
    """A socket that can join a group."""

    scope: dict[str, Any]

    @property
    def connection(self) -> FrameSender:
        """The socket's connection."""

    @property
    def cleanup(self) -> Cleanup:
        """What is called when the socket ends."""


class LocalUsers:
    """The users of the process's own sockets."""

    def __init__(self) -> None:
        self._users: dict[Socket, str] = {}
        self._joins: dict[str, dict[Socket, Entry]] = {}

    def __len__(self) -> int:
        return len(self._joins)

    def __contains__(self, socket: Socket) -> bool:
        return socket in self._users

    def add(self, socket: Socket, user: str, meta: msgspec.Raw) -> None:
        """Add a socket of a user, or change its meta."""
        joins = self._joins.setdefault(self._users.setdefault(socket, user), {})
        joins.pop(socket, None)  # the latest join is the last one
        joins[socket] = Entry(time.time_ns() // 1_000_000, 1, meta)

    def remove(self, socket: Socket) -> str | None:
        """Remove a socket. Return its user, or None if there is no such socket."""
        user = self._users.pop(socket, None)
        if user is not None:
            del self._joins[user][socket]
            if not self._joins[user]:
                del self._joins[user]
        return user

    def entry(self, user: str) -> Entry | None:
        """Return the entry of a user, or None for one without a socket here."""
        joins = self._joins.get(user)
        if joins is None:
            return None
        latest = next(reversed(joins.values()))
        return Entry(latest.joined, len(joins), latest.meta)

    def entries(self) -> dict[str, Entry | None]:
        """Return the entries of all users."""
        return {user: self.entry(user) for user in self._joins}
