"""The base class of consumers that receive and send typed messages."""

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from typing import Any, ClassVar

from channels.consumer import AsyncConsumer, get_handler_name
from django.conf import settings

from channels_realtime.auth.origins import reject_handshake
from channels_realtime.consumers.access import Access
from channels_realtime.consumers.connection import Connection
from channels_realtime.consumers.database import current_connections
from channels_realtime.consumers.decoding import FrameDecoder
from channels_realtime.consumers.first_message import receive_login
from channels_realtime.consumers.subprotocols import choose_subprotocol, require_names
from channels_realtime.hub.bounded_queue import BoundedQueue
from channels_realtime.hub.cleanup import Cleanup
from channels_realtime.hub.hub import current_hub
from channels_realtime.messages import (
    PONG,
    TEXT_EVENT,
    Ack,
    AcknowledgedMessage,
    CloseCode,
    Error,
    Message,
    MessageError,
    Ping,
    encode,
    make_decoder,
)
from channels_realtime.monitoring import logs
from channels_realtime.streams import Stream, StreamStore
from channels_realtime.streams.registry import current_streams

logger = logging.getLogger(__name__)

MAX_QUEUED_EVENTS = 1000  # for a slow handler


class MessageConsumer(AsyncConsumer):
    """A socket that receives and sends typed messages, for authenticated users by default.

    Subclasses declare the messages, who has permission, and the groups. A group's event calls the
    method named after its type, as in Channels. A socket handles one message or event at a time.
    An exception of a handler is logged and answered with an error frame; the socket stays open.
    """

    channel_layer_alias = None  # the hub uses the layer, for all sockets of the process

    # The type of message that clients may send, or a union of types.
    accepts: ClassVar[Any] = None
    # The types of message that clients get, also those of the groups, as for isinstance().
    sends: ClassVar[Any] = ()
    # The subprotocols that the consumer speaks. The first match in the client's list is chosen; a
    # client that offers only others is refused with 403.
    subprotocols: ClassVar[Sequence[str]] = ()
    # Whether anonymous clients are closed with 4401.
    login_required: ClassVar[bool] = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._decoder = make_decoder(cls.accepts)
        require_names(cls.subprotocols)

    # To override

    async def has_permission(self) -> bool:
        """Return whether the user may have this socket; otherwise it is closed with 4403.

        Called when the socket opens, and for authenticated users at each recheck.
        """
        return True

    def get_groups(self) -> list[str]:
        """Return the names of the groups whose events this socket gets."""
        return []

    async def connect(self) -> None:
        """Prepare the socket, before it is accepted."""

    async def receive_message(self, message: Any) -> None:
        """Handle one of the messages in `accepts`."""

    async def disconnect(self, code: int) -> None:
        """Clean up after the socket has left its groups. `code` is the close code.

        Called only if connect() was called, not for a client that was refused before.
        """

    def catch_up(self) -> None:
        """Handle that events of the groups may have been lost in an outage. Must not block."""

    # To call

    async def send_message(self, message: Message) -> None:
        """Send a message of a type in `sends`. Raise TypeError for another type."""
        if not isinstance(message, self.sends):
            raise TypeError(f"{type(message).__name__} is not in {type(self).__name__}.sends")
        self.connection.send(encode(message))

    async def send_error(self, code: str, detail: str) -> None:
        """Send an error frame; the socket stays open."""
        self.connection.send(encode(Error(code, detail)))

    async def follow(self, group: str, store: StreamStore) -> Stream:
        """Send the client the numbered messages of a group from now on (see streams/).

        Raise ValueError for an invalid group name, and what the store raises.
        """
        self.cleanup.add(("stream", group), lambda: self._streams.leave(group, self))
        return await self._streams.join(group, store, self)

    # The lifecycle of a socket

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if (subprotocol := choose_subprotocol(scope, self)) is None:
            return await reject_handshake(receive, send)
        self.scope = scope
        self.connection = Connection(receive, send, subprotocol)
        self._hub, self._streams = current_hub(), current_streams()
        self._access = Access(self)
        self._database, self._log_context = current_connections(), logs.current.get()
        self._groups, self.cleanup = list[str](), Cleanup()
        self._frames = FrameDecoder(self._decoder)
        self._handling, self._connect_called = asyncio.Lock(), False
        self._events = BoundedQueue(
            self._handle_event, MAX_QUEUED_EVENTS, self.connection.abort_overflow, paused=True
        )
        try:
            await self._run()
        finally:
            self._leave()
            if self._connect_called:
                code = self.connection.code or CloseCode.SERVICE_RESTART
                await self._attempt(self.disconnect(code))

    async def _run(self) -> None:
        """Serve the socket to its end, and close it if the client has not."""
        try:
            await self.connection.receive()  # websocket.connect
            code = await self._open() or await self._serve()
        except asyncio.CancelledError:
            # By connection.abort(); otherwise the server stops, as Daphne does it.
            code = self.connection.code or CloseCode.SERVICE_RESTART
        except Exception:
            logger.exception("%s cannot be opened.", type(self).__name__)
            code = CloseCode.TRY_AGAIN_LATER
        if code:
            self._leave()
            await self.connection.close(code)

    async def _open(self) -> int | None:
        """Accept the socket and return None, or return the code to close it with."""
        if self.login_required:
            await receive_login(self.scope, self.connection)
        await self._database.discover()
        try:
            if (refusal := await self._access.check()) is not None:
                return refusal
            self._connect_called = True
            await self.connect()
        finally:
            self._database.close_if_open()
        self._groups = self.get_groups()
        await asyncio.gather(*(self._hub.join(group, self) for group in self._groups))
        await self.connection.accept()
        self._events.resume()
        return None

    async def _serve(self) -> int | None:
        """Handle messages; return the close code if the server has ended the socket."""
        while (event := await self.connection.receive()) is not None:
            try:
                message = self._frames.decode(event.get("text"))
            except MessageError as error:
                self.connection.send_error(error.error)
                if error.close_code is not None:
                    self.connection.abort(error.close_code)
            else:
                await self._handle_message(message)
        return self.connection.code

    async def _handle_message(self, message: Message) -> None:
        if isinstance(message, Ping):
            self.connection.send(PONG)
        else:
            async with self._handling:
                await self._attempt(self.receive_message(message), message)

    def deliver(self, event: dict[str, Any]) -> None:
        """Handle an event of a group. The hub calls this."""
        if event.get("type") == TEXT_EVENT:
            self.connection.send(event["text"])
        else:
            self._events.put(event)

    async def _handle_event(self, event: dict[str, Any]) -> None:
        logs.current.set(self._log_context)  # the queue has its own context
        async with self._handling:
            await self._attempt(self.dispatch(event))

    async def dispatch(self, event: dict[str, Any]) -> None:
        """Call the handler of an event. Without one, another release of the site has sent it."""
        handler = getattr(self, get_handler_name(event), None)
        if handler is None:
            level = logging.WARNING if settings.DEBUG else logging.INFO
            logger.log(level, "%s has no handler for %s.", type(self).__name__, event["type"])
        else:
            await handler(event)

    async def _attempt(self, work: Coroutine[Any, Any, None], message: Any = None) -> None:
        answered = message.id if isinstance(message, AcknowledgedMessage) else None
        try:
            await work
            if answered is not None:
                self.connection.send(encode(Ack(answered)))
        except Exception:
            logger.exception("%s failed.", type(self).__name__)
            self.connection.send_error(Error.internal(answered))
        finally:
            self._database.close_if_open()

    async def recheck(self) -> None:
        """Close the socket unless its login and has_permission() are still valid.

        Raise what the database or has_permission() raises: then the rights are unknown.
        """
        logs.current.set(self._log_context)
        await self._access.recheck()

    def _leave(self) -> None:
        for group in self._groups:
            self._hub.leave(group, self)
        self.cleanup.run()
        self._access.end()
        self._events.close()
