"""What the tests of sockets have in common."""

from typing import Any

from channels.testing import WebsocketCommunicator

from tests.steps import LIMIT


class Socket(WebsocketCommunicator):
    """A client's end of a socket. It waits as long for everything."""

    accepted = False

    async def receive_output(self, *_: float) -> dict[str, Any]:
        event: dict[str, Any] = await super().receive_output(LIMIT)
        return event

    async def wait(self, *_: float) -> None:
        await super().wait(LIMIT)

    async def closed(self) -> int:
        """Return the code of the close frame, which must come next."""
        event = await self.receive_output()
        assert event["type"] == "websocket.close", event
        code: int = event["code"]
        return code

    async def is_open(self) -> bool:
        """Return whether a ping is answered, and nothing comes before."""
        await self.send_json_to({"type": "ping"})
        return bool(await self.receive_json_from() == {"type": "pong"})
