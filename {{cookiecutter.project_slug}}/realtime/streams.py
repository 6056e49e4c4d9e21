"""Messages in order, once, and none lost: for groups whose messages are stored and numbered.

The layer may lose events and change their order. So each stored message has a number, and the
process remembers up to which number its sockets have got: an earlier message is a repeat, a later
one shows a gap, and a gap is closed by reading the store, once for all sockets of the process.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from channels.db import database_sync_to_async

from realtime.messages import TEXT, Message, encode

if TYPE_CHECKING:
    from realtime.consumers import MessageConsumer
    from realtime.hub import Hub

logger = logging.getLogger(__name__)

PAGE = 500  # messages that are read at once, and the most that a socket gets when it resumes
RETRY = 1.0  # seconds

Numbered = tuple[int, str]  # a message's number, and its frame


class Store(Protocol):
    """Where a stream's messages are kept. The order of numbers must be the order of commit."""

    def latest(self) -> int:
        """Return the highest number, or 0. Called in a thread."""

    def after(self, number: int, limit: int) -> list[Numbered]:
        """Return the first messages with a higher number, oldest first. Called in a thread."""


class Stream:
    """One group's numbered messages, for the sockets of this process."""

    def __init__(self, hub: "Hub", group: str, store: Store) -> None:
        self._hub, self._group, self._store = hub, group, store
        # For each socket what comes while it resumes, or None.
        self._sockets: dict[MessageConsumer, list[Numbered] | None] = {}
        self._last = 0  # the sockets have got everything up to here, or will have
        self._opening: asyncio.Task[None] | None = None
        self._reading: asyncio.Task[None] | None = None
        self._behind = False  # there may be messages in the store that nobody has got

    async def join(self, socket: "MessageConsumer") -> None:
        """Send the socket every message from now on. Raises what the store raises."""
        self._sockets[socket] = None
        if self._opening is None:
            self._opening = self._hub.spawn(self._open())
        await asyncio.shield(self._opening)

    def leave(self, socket: "MessageConsumer") -> bool:
        """Send the socket nothing more. Return whether no socket is left."""
        self._sockets.pop(socket, None)
        if not self._sockets:
            self._hub.leave(self._group, self)
            for task in (self._opening, self._reading):
                if task is not None:
                    task.cancel()
        return not self._sockets

    async def _open(self) -> None:
        # In this order: what is stored in between is read, and comes again as a repeat.
        await self._hub.join(self._group, self)
        self._last = await database_sync_to_async(self._store.latest)()
        if self._behind:
            self._reading = self._hub.spawn(self._catch_up())

    async def resume(
        self, socket: "MessageConsumer", after: int, answer: Callable[[int, int | None], Message]
    ) -> None:
        """Send a socket what it has missed after a number, oldest first, then live messages.

        `answer` makes the message that comes first, from `after` and how many follow, or None
        when they are more than PAGE and none of them is sent. Raises what the store raises.
        """
        held = self._sockets[socket] = []
        try:
            if after > self._last:
                # It has been with another process, which knew more: the others here come first.
                await self._close_gap()
            missed = await self._read(after, PAGE + 1)
            if len(missed) > PAGE:
                return socket.connection.send(encode(answer(after, None)))
            socket.connection.send(encode(answer(after, len(missed))))
            for number, text in missed:
                socket.connection.send(text)
                after = number
            self._emit(missed)
        finally:
            if socket in self._sockets:
                self._sockets[socket] = None
                for number, text in held:
                    if number > after:
                        socket.connection.send(text)

    async def _read(self, after: int, limit: int) -> list[Numbered]:
        messages: list[Numbered] = await database_sync_to_async(self._store.after)(after, limit)
        return messages

    def deliver(self, event: dict[str, Any]) -> None:
        """Pass on an event of the group. Any but a numbered message goes to everybody as it is."""
        number = event.get("seq")
        if event["type"] != TEXT or number is None:
            for socket in list(self._sockets):
                socket.deliver(event)
        elif number == self._last + 1 and self._is_open:
            self._emit([(number, event["text"])])
        elif number > self._last:
            self.catch_up()

    def _emit(self, messages: list[Numbered]) -> None:
        """Send the sockets those messages that they have not got."""
        for number, text in messages:
            if number > self._last:
                self._last = number
                for socket, held in self._sockets.items():
                    if held is None:
                        socket.connection.send(text)
                    else:
                        held.append((number, text))

    def catch_up(self) -> None:
        """Read what is missing and send it."""
        self._behind = True
        if self._is_open and self._reading is None:
            self._reading = self._hub.spawn(self._catch_up())

    @property
    def _is_open(self) -> bool:
        return self._opening is not None and self._opening.done()

    async def _catch_up(self) -> None:
        try:
            while self._behind:
                self._behind = False
                try:
                    await self._close_gap()
                except Exception as error:
                    logger.error("Missing messages cannot be read for now: %r", error)
                    self._behind = True
                    await asyncio.sleep(RETRY)
        finally:
            self._reading = None

    async def _close_gap(self) -> None:
        """Send the sockets what none of them has got yet. Raises what the store raises."""
        is_more = True
        while is_more:
            messages = await self._read(self._last, PAGE)
            self._emit(messages)
            is_more = len(messages) == PAGE


class Streams:
    """The streams of one hub, by group."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self._all: dict[str, Stream] = {}

    async def join(self, group: str, store: Store, socket: "MessageConsumer") -> Stream:
        """Return the group's stream, with the socket in it. Raises what the store raises."""
        stream = self._all.get(group)
        if stream is None:
            stream = self._all[group] = Stream(self._hub, group, store)
        try:
            await stream.join(socket)
        except BaseException:
            self.leave(group, socket)
            raise
        return stream

    def leave(self, group: str, socket: "MessageConsumer") -> None:
        """Take the socket out of the group's stream, and forget a stream without sockets."""
        stream = self._all.get(group)
        if stream is not None and stream.leave(socket):
            del self._all[group]
