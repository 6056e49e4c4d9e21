"""The base of the project's consumers."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, ClassVar

from channels.consumer import AsyncConsumer, get_handler_name
from channels.db import database_sync_to_async
from django.conf import settings

from realtime.authentication import fresh_user
from realtime.connection import (
    FORBIDDEN,
    SERVER_STOPS,
    SIGN_IN,
    TOO_MUCH,
    TRY_AGAIN_LATER,
    Connection,
)
from realtime.hub import current_hub
from realtime.intake import Intake
from realtime.logs import served
from realtime.mailbox import Mailbox
from realtime.messages import TEXT, Error, Message, MessageError, Ping, Pong, decoder, encode
from realtime.streams import Store, Stream

logger = logging.getLogger(__name__)

PONG = encode(Pong())
EVENTS = 1000  # events that may wait for a slow handler
LOOK = 10  # seconds for another look at a socket


class MessageConsumer(AsyncConsumer):
    """A socket that takes and sends typed messages, for signed-in users unless told otherwise.

    Subclasses say which messages, who may join and which groups they are in. An event of a group
    goes to the method named after its type, as in Channels. One socket handles one message or
    event at a time. What a handler raises is logged and answered with an error frame, and the
    socket lives on.
    """

    channel_layer_alias = None  # the hub speaks with the layer, for all sockets of the process

    accepts: ClassVar[Any] = None  # a type of message, or a union of several
    sends: ClassVar[Any] = ()
    sign_in: ClassVar[bool] = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._decoder = decoder(cls.accepts)

    # To override

    async def can_join(self) -> bool:
        """Return whether the user may have this socket; of signed-in users it is asked again."""
        return True

    def group_names(self) -> list[str]:
        """Return the groups whose events this socket gets."""
        return []

    async def connect(self) -> None:
        """Prepare the socket, before the client hears that it is connected."""

    async def receive_message(self, message: Any) -> None:
        """Handle one of the messages in `accepts`."""

    async def disconnect(self, code: int) -> None:
        """Tidy up after the socket has left its groups."""

    def catch_up(self) -> None:
        """The layer was away: events of the groups may have been lost. Must not block."""

    # To call

    async def send_message(self, message: Message) -> None:
        """Send a message of a type in `sends`; raises TypeError for another."""
        if not isinstance(message, self.sends):
            raise TypeError(f"{type(message).__name__} is not in {type(self).__name__}.sends")
        self.connection.send(encode(message))

    async def send_error(self, code: str, detail: str) -> None:
        """Tell the client what was wrong; the socket stays open."""
        self.connection.send(encode(Error(code, detail)))

    async def follow(self, group: str, store: Store) -> Stream:
        """Get the numbered messages of a group from now on (see streams.py)."""
        self._streams.append(group)
        return await self._hub.streams.join(group, store, self)

    # The life of a socket

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        self.scope = scope
        self.connection = Connection(receive, send)
        self._hub, self._served = current_hub(), served.get()
        self._groups: list[str] = []
        self._streams: list[str] = []
        self._intake = Intake(self._decoder)
        self._one_at_a_time = asyncio.Lock()
        self._events = Mailbox(self._handle_event, EVENTS, self.connection.too_slow, paused=True)
        try:
            await self._live()
        finally:
            self._leave()
            await self._attempt(self.disconnect(self.connection.code or SERVER_STOPS))

    async def _live(self) -> None:
        """Serve the socket to its end, and close it if the client has not."""
        try:
            await self.connection.receive()  # websocket.connect
            code = await self._open() or await self._serve()
        except asyncio.CancelledError:
            # By connection.end(); otherwise the server stops, as Daphne does it.
            code = self.connection.code or SERVER_STOPS
        except Exception:
            logger.exception("%s cannot be opened.", type(self).__name__)
            code = TRY_AGAIN_LATER
        if code:
            self._leave()
            await self.connection.close(code)

    async def _open(self) -> int | None:
        """Open the socket, or return the close code that says why not."""
        await self._hub.database.find()
        try:
            if self.sign_in and not self.scope["user"].is_authenticated:
                return SIGN_IN
            if not await self.can_join():
                return FORBIDDEN
            if self.scope["user"].is_authenticated and not self._count():
                return TOO_MUCH
            await self.connect()
        finally:
            self._hub.database.close_if_open()
        self._groups = self.group_names()
        await asyncio.gather(*(self._hub.join(group, self) for group in self._groups))
        await self.connection.accept()
        self._events.resume()
        return None

    def _count(self) -> bool:
        return self._hub.sockets.add(self, self.scope["revocations_heard"])

    async def _serve(self) -> int | None:
        """Handle messages; return the close code if it was we who ended it."""
        while (event := await self.connection.receive()) is not None:
            try:
                message = self._intake.read(event.get("text"))
            except MessageError as refused:
                self.connection.send(encode(refused.error))
                if refused.close_code is not None:
                    self.connection.end(refused.close_code)
            else:
                await self._take(message)
        return self.connection.code

    async def _take(self, message: Message) -> None:
        if isinstance(message, Ping):
            self.connection.send(PONG)
        else:
            async with self._one_at_a_time:
                await self._attempt(self.receive_message(message))

    def deliver(self, event: dict[str, Any]) -> None:
        """Take an event of a group; the hub calls this."""
        if event.get("type") == TEXT:
            self.connection.send(event["text"])
        else:
            self._events.put(event)

    async def _handle_event(self, event: dict[str, Any]) -> None:
        served.set(self._served)  # the mailbox has a context of its own
        async with self._one_at_a_time:
            await self._attempt(self.dispatch(event))

    async def dispatch(self, event: dict[str, Any]) -> None:
        """Call the handler of an event. In production, unknown ones are part of a deployment."""
        handler = getattr(self, get_handler_name(event), None)
        if handler is None:
            level = logging.WARNING if settings.DEBUG else logging.INFO
            logger.log(level, "%s has no handler for %s.", type(self).__name__, event["type"])
        else:
            await handler(event)

    async def _attempt(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception:
            logger.exception("%s failed.", type(self).__name__)
            await self.send_error("internal", "That did not work; it is our fault and was logged.")
        finally:
            self._hub.database.close_if_open()

    async def look_again(self) -> None:
        """Close the socket unless its session, its user and can_join() are still in order."""
        served.set(self._served)
        try:
            async with asyncio.timeout(LOOK):
                user = await database_sync_to_async(fresh_user)(self.scope)
                if not user.is_authenticated:
                    if self.sign_in:
                        return self.connection.end(SIGN_IN)
                    self._hub.sockets.remove(self)
                self.scope["user"] = user
                if not await self.can_join():
                    self.connection.end(FORBIDDEN)
        except Exception:
            logger.exception("%s could not be looked at again.", type(self).__name__)
        finally:
            self._hub.database.close_if_open()

    def _leave(self) -> None:
        for group in self._groups:
            self._hub.leave(group, self)
        for group in self._streams:
            self._hub.streams.leave(group, self)
        self._hub.sockets.remove(self)
        self._events.close()
