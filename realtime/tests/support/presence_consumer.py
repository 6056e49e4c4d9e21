"""A consumer whose users are in a group, and say what they do."""

from types import SimpleNamespace
from typing import Any

import msgspec

from channels_realtime import presence
from channels_realtime.consumers import MessageConsumer
from channels_realtime.messages import Message


class Name(msgspec.Struct):
    name: str


class Rename(Message, tag="test.rename"):
    """Change the user's name in the group."""

    name: str


class Leave(Message, tag="test.leave"):
    """Leave the group, and keep the socket."""


class Typing(Message, tag="test.typing"):
    """Say that the user types."""


class IsTyping(presence.EphemeralMessage, tag="test.is_typing"):
    user: str


class Who(Message, tag="test.who"):
    """Ask who is in a group, or in that of the socket."""

    group: str = ""


class Everybody(Message, tag="test.everybody"):
    members: list[presence.Member]


class PresenceConsumer(MessageConsumer):
    """A socket of the user in the path, in the group in the path."""

    accepts = Rename | Leave | Typing | Who
    sends = Everybody | presence.PresenceState | presence.PresenceDiff | IsTyping
    login_required = False

    async def connect(self) -> None:
        arguments = self.scope["url_route"]["kwargs"]
        self.group, self.user = arguments["group"], arguments["user"]
        self.scope["user"] = SimpleNamespace(pk=self.user, is_authenticated=self.user != "nobody")
        presence.join(self, self.group, Name(self.user))

    async def receive_message(self, message: Any) -> None:
        await getattr(self, type(message).__name__.lower())(message)

    async def rename(self, message: Rename) -> None:
        presence.join(self, self.group, Name(message.name))

    async def leave(self, message: Leave) -> None:
        presence.leave(self, self.group)

    async def typing(self, message: Typing) -> None:
        await presence.relay(self, self.group, IsTyping(self.user))

    async def who(self, message: Who) -> None:
        await self.send_message(Everybody([*await presence.list(message.group or self.group)]))
