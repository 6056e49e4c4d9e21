"""Stored, numbered messages: each socket gets them in order, once, and without a gap.

The channel layer may lose events and change their order. So each stored message has a number, and
the process remembers up to which number its sockets have all messages: a message with a lower
number is a repeat, one with a higher number shows a gap, and a gap is closed by reading the store,
once for all sockets of the process.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Protocol

from channels.db import database_sync_to_async

from channels_realtime.hub.hub import Hub
from channels_realtime.messages import TEXT_EVENT, Message, encode

logger = logging.getLogger(__name__)

# How many messages are read at once, and how many a socket gets at most when it resumes.
PAGE_SIZE = 500
RETRY_DELAY = 1.0  # seconds

NumberedFrame = tuple[int, str]  # a message's number, and its text frame


class StreamStore(Protocol):
    """Where a stream's messages are stored. The order of numbers must be the order of commits.

    Every minute, a process looks for messages whose event was lost. A store may have a class
    method `latest_of(stores)` that returns latest() of several stores as a list, in their order.
    With it, the look costs one query for all streams, otherwise one for each.
    """

    def latest(self) -> int:
        """Return the highest number, or 0. Called in a thread."""

    def after(self, number: int, limit: int) -> list[NumberedFrame]:
        """Return the first messages with a higher number, oldest first. Called in a thread."""


class FrameSender(Protocol):
    """The connection of a socket."""

    def send(self, text: str) -> None:
        """Send a text frame soon."""


class StreamMember(Protocol):
    """A socket that follows a stream."""

    @property
    def connection(self) -> FrameSender:
        """The socket's connection."""

    def deliver(self, event: dict[str, Any]) -> None:
        """Handle an event of the group that is not a numbered message."""


class Stream:
    """The numbered messages of one group, for the sockets of this process."""

    def __init__(self, hub: Hub, group: str, store: StreamStore) -> None:
        self._hub, self._group, self.store = hub, group, store
        # For each socket the messages that arrive while it resumes, or None.
        self._sockets: dict[StreamMember, list[NumberedFrame] | None] = {}
        self._last = 0  # the sockets have every message up to this number, or will have
        self._looked = 0  # the store was read up to this number
        self._opening: asyncio.Task[None] | None = None
        self._reading: asyncio.Task[None] | None = None
        self._behind = False  # the store may have messages that no socket has

    async def join(self, socket: StreamMember) -> None:
        """Send the socket every message from now on. Raise what the store raises."""
        self._sockets[socket] = None
        if self._opening is None:
            self._opening = self._hub.tasks.spawn(self._open())
        await asyncio.shield(self._opening)

    def leave(self, socket: StreamMember) -> bool:
        """Send the socket nothing more. Return whether the stream has no socket left."""
        self._sockets.pop(socket, None)
        if not self._sockets:
            self._hub.leave(self._group, self)
            for task in (self._opening, self._reading):
                if task is not None:
                    task.cancel()
        return not self._sockets

    async def _open(self) -> None:
        # In this order: a message stored in between is read, and its event is a repeat.
        await self._hub.join(self._group, self)
        self._last = await database_sync_to_async(self.store.latest)()
        if self._behind:
            self._reading = self._hub.tasks.spawn(self._catch_up())

    async def resume(
        self, socket: StreamMember, after: int, answer: Callable[[int, int | None], Message]
    ) -> None:
        """Send a socket the messages after a number, oldest first, then live messages.

        `answer(after, count)` returns the message that is sent first. `count` is how many missed
        messages follow, or None when they are more than PAGE_SIZE and none is sent. Raise what
        the store raises.
        """
        held = self._sockets[socket] = []
        try:
            if after > self._last:
                # The number is from a process with newer messages: first catch up here.
                await self._close_gap()
            missed = await self._read(after, PAGE_SIZE + 1)
            if len(missed) > PAGE_SIZE:
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

    async def _read(self, after: int, limit: int) -> list[NumberedFrame]:
        read = database_sync_to_async(self.store.after)
        messages: list[NumberedFrame] = await read(after, limit)
        return messages

    def deliver(self, event: dict[str, Any]) -> None:
        """Handle an event of the group; one that is not a numbered message goes to all sockets."""
        number = event.get("seq")
        if event["type"] != TEXT_EVENT or number is None:
            for socket in list(self._sockets):
                socket.deliver(event)
        elif number == self._last + 1 and self._is_open:
            self._emit([(number, event["text"])])
        elif number > self._last:
            self.catch_up()

    def _emit(self, messages: list[NumberedFrame]) -> None:
        """Send the sockets those messages that they do not have."""
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
            self._reading = self._hub.tasks.spawn(self._catch_up())

    def catch_up_to(self, number: int) -> None:
        """Read what is missing if the store's highest number is new."""
        if self._is_open and number > max(self._last, self._looked):
            self._looked = number  # its last messages may have been deleted
            self.catch_up()

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
                    await asyncio.sleep(RETRY_DELAY)
        finally:
            self._reading = None

    async def _close_gap(self) -> None:
        """Read all new messages and send them. Raise what the store raises."""
        is_more = True
        while is_more:
            messages = await self._read(self._last, PAGE_SIZE)
            self._emit(messages)
            is_more = len(messages) == PAGE_SIZE
