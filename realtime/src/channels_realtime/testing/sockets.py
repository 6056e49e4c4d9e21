"""A client's end of a socket that is connected to the application without a server."""

import json
from typing import Any

from channels.testing import WebsocketCommunicator

from channels_realtime.testing.waiting import LIMIT


class Socket(WebsocketCommunicator):
    """Channels' communicator, which waits LIMIT seconds for everything."""

    accepted = False
    subprotocol: Any = None  # that the server has chosen; for a refused handshake, the close code

    async def receive_output(self, *_: float) -> dict[str, Any]:
        """Return the next event that the application sends."""
        event: dict[str, Any] = await super().receive_output(LIMIT)
        return event

    async def wait(self, *_: float) -> None:
        """Wait until the application ends."""
        await super().wait(LIMIT)

    async def receive_message(self, kind: str) -> dict[str, Any]:
        """Return the next JSON message whose "type" is `kind`, and drop those before it.

        Raise AssertionError for an error frame, a close frame, or when nothing more comes.
        """
        dropped: list[Any] = []
        while True:
            try:
                event = await self.receive_output()
            except TimeoutError:
                raise AssertionError(f"no {kind} after {dropped}") from None
            assert event["type"] == "websocket.send", f"no {kind} after {dropped}, but {event}"
            message: dict[str, Any] = json.loads(event["text"])
            if message["type"] == kind:
                return message
            assert message["type"] != "error", f"no {kind}, but {message}"
            dropped.append(message)

    async def receive_close(self) -> int:
        """Return the code of the close frame, which must come next."""
        event = await self.receive_output()
        assert event["type"] == "websocket.close", event
        code: int = event["code"]
        return code

    async def is_open(self) -> bool:
        """Return whether a ping is answered at once. The consumer must be a MessageConsumer."""
        await self.send_json_to({"type": "ping"})
        return bool(await self.receive_json_from() == {"type": "pong"})
