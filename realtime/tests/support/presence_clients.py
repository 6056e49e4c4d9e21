"""Clients in a group that keep the list as a browser does: from the state and the changes."""

import asyncio
import contextlib
import json

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from channels_realtime.testing.waiting import LIMIT, wait_until


class PresenceClient:
    """One socket of a user."""

    def __init__(self, user, socket):
        self.user, self.socket = user, socket
        self.members, self.kinds, self.typing = {}, [], []
        self.listed, self.longest = None, 0
        self.receiving = asyncio.create_task(self._receive())

    async def _receive(self):
        with contextlib.suppress(ConnectionClosed):
            async for frame in self.socket:
                self._handle(json.loads(frame), len(frame))

    def _handle(self, message, size):
        self.kinds.append(message["type"])
        if message["type"] == "presence.state":
            self.members = {each["user"]: each for each in message["members"]}
        elif message["type"] == "presence.diff":
            self.longest = max(self.longest, size)
            self.members |= {each["user"]: each for each in message["joins"]}
            for user in message["leaves"]:
                self.members.pop(user, None)
        elif message["type"] == "test.is_typing":
            self.typing.append(message["user"])
        elif message["type"] == "test.everybody":
            self.listed = message["members"]

    async def send(self, kind, **fields):
        """Send a message of a type."""
        await self.socket.send(json.dumps({"type": kind, **fields}))

    def counts(self):
        """Return how many sockets each user has."""
        return {user: each["sockets"] for user, each in self.members.items()}

    @property
    def is_open(self):
        """Whether the connection has not ended."""
        return not self.receiving.done()


class PresenceClients(contextlib.AsyncExitStack):
    """Any number of sockets in one group."""

    def __init__(self, group):
        super().__init__()
        self.group = group

    async def join(self, site, *users):
        """Open a socket for each user at a server, all at once. Return one client for each."""
        return await asyncio.gather(*(self._open(site, user) for user in users))

    async def _open(self, site, user):
        url = f"ws://127.0.0.1:{site.port}/ws/test/presence/{self.group}/{user}/"
        options = {"origin": Origin(site.origin), "open_timeout": LIMIT, "proxy": None}
        client = PresenceClient(user, await self.enter_async_context(connect(url, **options)))
        await wait_until(lambda: client.members or not client.is_open, "the state comes")
        return client


async def agree(clients, expected, limit=LIMIT):
    """Wait until each client has the expected count of sockets for each user, and no other."""
    await wait_until(
        lambda: all(client.counts() == expected for client in clients),
        f"{len(expected)} users in all lists, and not {[len(each.members) for each in clients]}",
        limit,
    )
