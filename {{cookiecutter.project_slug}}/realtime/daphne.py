"""What sockets under Daphne lack: backpressure, and close codes such as 1013."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any


class BackpressureMiddleware:
    """Makes `send` wait while a client of Daphne does not read, as other servers do by themselves.

    It asks Twisted to say when the transport's buffer is full and when it has room again. Under
    any other server it does nothing.
    """

    def __init__(self, application: Callable[..., Awaitable[None]]) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        protocol = daphne_protocol(send)
        if protocol is not None:
            await self.application(scope, receive, Valve(protocol, send).send)
        else:
            await self.application(scope, receive, send)


def daphne_protocol(send: Any) -> Any:
    """Return the WebSocket protocol to which Daphne has bound `send`, or None."""
    protocol = send.args[0] if isinstance(send, partial) and send.args else None
    return protocol if type(protocol).__module__ == "daphne.ws_protocol" else None


class Valve:
    """A push producer, as Twisted calls what it tells to pause and to go on."""

    def __init__(self, protocol: Any, send: Callable[[Any], Awaitable[None]]) -> None:
        self._protocol, self._send = protocol, send
        self._open = asyncio.Event()
        self._open.set()
        # The HTTP channel of the handshake is still registered, and pauses nothing any more.
        protocol.transport.unregisterProducer()
        protocol.transport.registerProducer(self, True)

    async def send(self, event: dict[str, Any]) -> None:
        """Send an event when there is room; a close frame goes out at once."""
        if event["type"] == "websocket.send":
            await self._open.wait()
        if event["type"] == "websocket.close" and self._protocol.state == self._protocol.STATE_OPEN:
            # Daphne would raise for codes from 1001 to 2999, and leave the socket open.
            self._protocol.sendCloseFrame(code=event.get("code", 1000))
        else:
            await self._send(event)

    def pauseProducing(self) -> None:  # noqa: N802  (Twisted's names)
        self._open.clear()

    def resumeProducing(self) -> None:  # noqa: N802
        self._open.set()

    def stopProducing(self) -> None:  # noqa: N802
        self._open.set()
