"""Send frames to the sockets of a group in order, some sockets at a time."""

from collections.abc import Iterable
from typing import NamedTuple

from channels_realtime.hub.bounded_queue import BoundedQueue
from channels_realtime.hub.subscriptions import in_batches
from channels_realtime.messages import Message, encode
from channels_realtime.presence.local import LocalUsers, Socket

MAX_RELAYS = 100  # that wait; more are dropped, because they would come late


class Frame(NamedTuple):
    """A text for some sockets. A relayed one is dropped where a client reads slowly."""

    sockets: list[Socket]
    text: str
    is_relayed: bool


class Outbox:
    """The frames that wait. Other sockets of the process are served between two batches."""

    def __init__(self, users: LocalUsers) -> None:
        self._users = users
        self._frames = BoundedQueue[Frame](
            self._send, MAX_RELAYS, lambda: None, lambda frame: int(frame.is_relayed)
        )

    def put(self, sockets: Iterable[Socket], message: Message) -> None:
        """Send a message, which is encoded once, to sockets of the group soon."""
        if every := list(sockets):
            self._frames.put(Frame(every, encode(message), False))

    def put_relayed(self, sockets: Iterable[Socket], text: str) -> None:
        """Send the text of a message that matters only now, unless too many wait."""
        self._frames.put(Frame(list(sockets), text, True))

    async def _send(self, frame: Frame) -> None:
        async for batch in in_batches(frame.sockets):
            for socket in batch:
                if socket not in self._users:  # it has left in between
                    continue
                if frame.is_relayed:
                    socket.connection.send_some([frame.text])
                else:
                    socket.connection.send(frame.text)
