"""One stream: which sockets of the process follow it, and what each of them gets."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextvars import Context
from typing import Any, Protocol

from channels.db import database_sync_to_async

from channels_realtime.hub.hub import Hub
from channels_realtime.messages import TEXT_EVENT, Message, encode
from channels_realtime.streams.stores import NumberedFrame, Page, StreamStore

logger = logging.getLogger(__name__)

# How many messages are read at once, and how many a socket gets at most when it resumes.
PAGE_SIZE = 500
# How many are read at once for a client whose buffer is full. Several such clients share a page.
SMALL_PAGE_SIZE = 50
RETRY_DELAY = 1.0  # seconds


class FrameSender(Protocol):
    """The connection of a socket."""

    def send(self, text: str) -> None:
        """Send a text frame soon."""

    def send_some(self, texts: Sequence[str]) -> int:
        """Send as many of the text frames as the buffer takes. Return how many."""

    async def wait_for_room(self) -> None:
        """Return when the buffer takes more. Close a client that does not read."""


class StreamMember(Protocol):
    """A socket that follows a stream."""

    @property
    def connection(self) -> FrameSender:
        """The socket's connection."""

    def deliver(self, event: dict[str, Any]) -> None:
        """Handle an event of the group that is not a numbered message."""


class Stream:
    """The numbered messages of one group, for the sockets of this process.

    A socket is live, and gets each message as it arrives; or it is behind, and gets what it lacks
    page by page, as fast as its client reads.
    """

    def __init__(self, hub: Hub, group: str, store: StreamStore) -> None:
        self._hub, self._group, self.store = hub, group, store
        self._live: dict[StreamMember, None] = {}  # a set that keeps its order
        self._behind: dict[StreamMember, asyncio.Task[None] | None] = {}  # the task that sends
        self._last = 0  # live sockets have every message up to this number, or will have
        self._checked = 0  # the store was read up to this number
        self._opening: asyncio.Task[None] | None = None
        self._reading: asyncio.Task[None] | None = None
        self._reads: dict[tuple[int, int], asyncio.Task[Page]] = {}
        self._is_incomplete = False  # the store may have messages that no socket has

    async def join(self, socket: StreamMember) -> None:
        """Send the socket every message from now on. Raise what the store raises."""
        self._live[socket] = None
        if self._opening is None:
            self._opening = self._hub.tasks.spawn(self._open())
        await asyncio.shield(self._opening)

    def leave(self, socket: StreamMember) -> bool:
        """Send the socket nothing more. Return whether the stream has no socket left."""
        self._live.pop(socket, None)
        self._stop_sending(socket)
        self._behind.pop(socket, None)
        is_empty = not self._live and not self._behind
        if is_empty:
            self._hub.leave(self._group, self)
            for task in (self._opening, self._reading):
                if task is not None:
                    task.cancel()
        return is_empty

    async def _open(self) -> None:
        # In this order: a message stored in between is read, and its event is a repeat.
        await self._hub.join(self._group, self)
        self._last = await database_sync_to_async(self.store.latest)()
        if self._is_incomplete:
            self._reading = self._hub.tasks.spawn(self._catch_up())

    async def resume(
        self, socket: StreamMember, after: int, answer: Callable[[int, int | None], Message]
    ) -> None:
        """Send a socket the messages after a number, oldest first, then live messages.

        `answer(after, count)` returns the message that is sent first. `count` is how many missed
        messages follow, or None when they are more than PAGE_SIZE and none is sent. Return when
        the first of them are sent; the others follow as fast as the client reads. Raise what the
        store raises.
        """
        self._live.pop(socket, None)
        self._stop_sending(socket)
        position = self._last
        try:
            if after > self._last:
                # The number is from a process with newer messages: first catch up here.
                await self._close_gap()
            start = min(after, self._last)
            missed = await self._read(start, PAGE_SIZE + 1)
            is_complete = len(missed.messages) <= PAGE_SIZE
            count = len(missed.messages) if is_complete else None
            socket.connection.send(encode(answer(after, count)))
            if is_complete:
                position = send_page(socket, start, missed)
        finally:
            if socket in self._behind:
                self._continue(socket, position)

    def _stop_sending(self, socket: StreamMember) -> None:
        """Mark a socket as behind, and stop sending it stored messages."""
        if (task := self._behind.get(socket)) is not None:
            task.cancel()
        self._behind[socket] = None

    def _continue(self, socket: StreamMember, position: int) -> None:
        """Send a socket what it lacks after a number, then live messages."""
        if position < self._last:
            self._live.pop(socket, None)
            self._behind[socket] = self._hub.tasks.spawn(self._send_missing(socket, position))
        else:
            self._behind.pop(socket, None)
            self._live[socket] = None

    async def _send_missing(self, socket: StreamMember, position: int) -> None:
        while position < self._last:
            try:
                await socket.connection.wait_for_room()
                page = await self._read(position, SMALL_PAGE_SIZE)
                position = send_page(socket, position, page)
            except Exception as error:
                await self._wait_before_retry(error)
        self._continue(socket, position)

    async def _read(self, after: int, limit: int) -> Page:
        """Return messages of the store, and send live sockets what is new. Share equal reads."""
        read = self._reads.get((after, limit))
        if read is None:
            read = self._reads[after, limit] = asyncio.create_task(
                self._read_store(after, limit), context=Context()
            )
            read.add_done_callback(lambda _: self._reads.pop((after, limit)))
        return await asyncio.shield(read)

    async def _read_store(self, after: int, limit: int) -> Page:
        last = self._last
        messages = await database_sync_to_async(self.store.after)(after, limit)
        self._emit(messages)
        end = messages[-1][0] if messages else 0
        return Page(messages, end if len(messages) == limit else max(end, last))

    def deliver(self, event: dict[str, Any]) -> None:
        """Handle an event of the group; one that is not a numbered message goes to all sockets."""
        number = event.get("seq")
        if event["type"] != TEXT_EVENT or number is None:
            for socket in [*self._live, *self._behind]:
                socket.deliver(event)
        elif number == self._last + 1 and self._is_open:
            self._last = number
            for socket in self._live:
                socket.connection.send(event["text"])
        elif number > self._last:
            self.catch_up()

    def _emit(self, messages: list[NumberedFrame]) -> None:
        """Send live sockets those messages of the store that they do not have."""
        new = [each for each in messages if each[0] > self._last]
        if new:
            before, self._last = self._last, new[-1][0]
            for socket in list(self._live):
                self._continue(socket, send_page(socket, before, Page(new, self._last)))

    def catch_up(self) -> None:
        """Read what is missing and send it."""
        self._is_incomplete = True
        if self._is_open and self._reading is None:
            self._reading = self._hub.tasks.spawn(self._catch_up())

    def catch_up_to(self, number: int) -> None:
        """Read what is missing if the store's highest number is new."""
        if self._is_open and number > max(self._last, self._checked):
            self._checked = number  # its last messages may have been deleted
            self.catch_up()

    @property
    def _is_open(self) -> bool:
        return self._opening is not None and self._opening.done()

    async def _catch_up(self) -> None:
        try:
            while self._is_incomplete:
                self._is_incomplete = False
                try:
                    await self._close_gap()
                except Exception as error:
                    self._is_incomplete = True
                    await self._wait_before_retry(error)
        finally:
            self._reading = None

    async def _wait_before_retry(self, error: Exception) -> None:
        logger.error("Missing messages cannot be read for now: %r", error)
        await asyncio.sleep(RETRY_DELAY)

    async def _close_gap(self) -> None:
        """Read all new messages and send them. Raise what the store raises."""
        is_more = True
        while is_more:
            page = await self._read(self._last, PAGE_SIZE)
            is_more = len(page.messages) == PAGE_SIZE


def send_page(socket: StreamMember, before: int, page: Page) -> int:
    """Send a socket as much of a page as its buffer takes. Return up to where it has all now.

    `before` is the number up to which it had all messages.
    """
    sent = socket.connection.send_some([text for _, text in page.messages])
    if sent == len(page.messages):
        return page.end
    return page.messages[sent - 1][0] if sent else before
