"""One group in one process: its own sockets, everybody in it, and what each socket is sent."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

import msgspec

from channels_realtime.layers import group_name
from channels_realtime.messages import encode
from channels_realtime.presence.local import LocalUsers, Socket
from channels_realtime.presence.messages import EphemeralMessage, Member, PresenceState
from channels_realtime.presence.outbox import Outbox
from channels_realtime.presence.process import Process
from channels_realtime.presence.publisher import EVENT, Publisher
from channels_realtime.presence.reader import Reader
from channels_realtime.presence.roster import Roster
from channels_realtime.presence.stores import StoredGroup
from channels_realtime.rate_limit import TokenBucket

LOAD_TIMEOUT = 1  # seconds; the state does not wait longer for a store that is down
RELAY_EVENT = "realtime.relay"

Buckets = dict[type[EphemeralMessage], TokenBucket]


class PresenceGroup:
    """A member of the hub. `on_empty` is called when no socket is in it and all is stored."""

    def __init__(
        self, name: str, process: Process, on_empty: Callable[["PresenceGroup"], None]
    ) -> None:
        self.name, self.channel_group = name, group_name("realtime.presence", name)
        self._process, self._on_empty = process, on_empty
        self.users, self.roster = LocalUsers(), Roster()
        self._outbox = Outbox(self.users)
        self._waiting: dict[Socket, None] = {}  # the sockets that do not have the state yet
        self._informed: dict[Socket, None] = {}  # those that have it
        self._buckets: dict[Socket, Buckets] = {}  # of all of them
        self._is_open = False
        self._reader = Reader(name, process, self.roster, self._send_changes)
        self._publisher = Publisher(
            name, self.channel_group, process, self.users, self._send_changes, self._end_if_empty
        )
        self._opening: asyncio.Task[None] | None = None

    def add(self, socket: Socket, user: str, meta: msgspec.Raw) -> None:
        """Add a socket, which gets the state soon, or change its meta."""
        self.users.add(socket, user, meta)
        self._buckets.setdefault(socket, {})
        if socket not in self._informed:
            self._waiting[socket] = None
        self._change(user)
        if self._opening is None:
            self._opening = self._process.hub.tasks.spawn(self._open())

    async def _open(self) -> None:
        # In this order: what is stored in between is read, and its event is a repeat.
        await self._process.hub.join(self.channel_group, self)
        self._reader.read_all()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOAD_TIMEOUT):
                await self._reader.loaded.wait()
        self._is_open = True
        self._send_changes()

    def leave(self, socket: Socket) -> None:
        """Remove a socket. Do nothing if it is not in the group."""
        self._waiting.pop(socket, None)
        self._informed.pop(socket, None)
        self._buckets.pop(socket, None)
        user = self.users.remove(socket)
        if user is not None:
            self._change(user)

    def _change(self, user: str) -> None:
        self.roster.update(self._process.id, {user: self.users.entry(user)})
        self._publisher.publish(user)

    async def relay(self, socket: Socket, message: EphemeralMessage) -> bool:
        """Send a message to all other sockets. Return False if the socket sends too many."""
        buckets, kind = self._buckets[socket], type(message)
        bucket = buckets.setdefault(kind, TokenBucket(kind.rate, max(kind.rate, 1)))
        # The socket does not wait for a layer that is down.
        if not bucket.take() or self._process.hub.sender.is_failing:
            return False
        event = {
            "type": RELAY_EVENT,
            "process": self._process.id,
            "socket": id(socket),
            "text": encode(message),
        }
        return await self._process.hub.sender.try_send(self.channel_group, event)

    @property
    def is_loaded(self) -> bool:
        """Whether the users of other processes are known."""
        return self._reader.loaded.is_set()

    def members(self) -> list[Member]:
        """Return everybody. Any thread may call it."""
        return self.roster.members()

    def deliver(self, event: dict[str, Any]) -> None:
        """Handle an event of another process, or a relayed message."""
        if event["type"] == EVENT:
            self._reader.apply(event)
        elif event["type"] == RELAY_EVENT:
            sender = event["socket"] if event["process"] == self._process.id else None
            others = [socket for socket in self._informed if id(socket) != sender]
            self._outbox.put_relayed(others, event["text"])

    def catch_up(self) -> None:
        """Store and read everything again: events, or the store's data, may have been lost."""
        self._publisher.publish_all()
        self._reader.read_all()

    def known_processes(self) -> set[str]:
        """Return the other processes whose shares are known."""
        return set(self._reader.versions)

    async def compare(self, stored: StoredGroup) -> None:
        """Store or read what differs from the store. Raise what it raises."""
        if not stored.has_own and self._publisher.is_idle:
            self._publisher.publish_all()
        for process in self._reader.compare(stored.versions):
            await self._process.store.forget(self.name, process)

    def _send_changes(self) -> None:
        """Send the changes to the sockets that have the state, and the state to the others."""
        diff = self.roster.take_changes(self.name)
        if diff is not None:
            self._outbox.put(self._informed, diff)
        if self._waiting and self._is_open:
            self._outbox.put(self._waiting, PresenceState(self.name, self.roster.members()))
            self._informed |= self._waiting
            self._waiting.clear()

    def _end_if_empty(self) -> None:
        if not len(self.users):
            self._reader.close()
            if self._opening is not None:
                self._opening.cancel()
            self._process.hub.leave(self.channel_group, self)
            self._on_empty(self)
