"""Many people of a room in one process, whose sockets belong to the network of that process.

`python -m support.presence_client_process` executes these commands:

- `count`: how many sockets and users there are, and how many sockets have the right list
- `expected`: the right list, as {name: sockets}
- `servers`: how many live sockets each server process has
- `abandon ADDRESS`: drop the sockets to a host that does not answer, as their users would
- `visit`: let a user who stays away come back, and return the server and the first list
"""

import asyncio
from collections import Counter

from support.client_js import read_client_js
from support.command_loop import run_clients
from support.presence_client import PresenceClient

TIMEOUT = 30  # seconds
HANDSHAKES = 100  # at once: each tenth of a second of joining sends a frame to everybody


class People:
    """The clients. Every tenth user has two tabs, and half of the users return after a loss."""

    def __init__(self, specification):
        self.specification = specification
        self.rules = read_client_js(specification["client_js"])
        numbers = range(len(specification["cookies"]))
        self.clients = [
            self.make_client(number, returns=number // 10 % 2 == 0)
            for number in [*numbers, *numbers[::10]]
        ]
        self.visits = []  # tasks

    def make_client(self, number, returns):
        """Return a client of the user with a number."""
        cookie = self.specification["cookies"][number]
        return PresenceClient(
            self.specification, self.rules, cookie, number=number, returns=returns
        )

    async def execute(self, command):
        """Return the answer to a command."""
        name, *arguments = command.split()
        return await getattr(self, name)(*arguments)

    async def expected(self):
        """Return how many sockets each user should have in the lists."""
        return Counter(client.name for client in self.clients if not client.is_away)

    async def count(self):
        """Return the totals, who has left, and whom any client has seen leave."""
        expected = await self.expected()
        return {
            "sockets": expected.total(),
            "people": len(expected),
            "right": sum(client.live and client.sockets == expected for client in self.clients),
            "left": sorted({client.name for client in self.clients} - expected.keys()),
            "removed": sorted(set().union(*(client.removed for client in self.clients))),
        }

    async def servers(self):
        """Return the numbers of live sockets by server process."""
        return Counter(client.server for client in self.clients if client.live)

    async def abandon(self, address):
        """Drop all sockets to a host; return their number."""
        live = [client for client in self.clients if client.live]
        lost = [client for client in live if client.server.startswith(f"{address}:")]
        for client in lost:
            client.socket.transport.abort()
        return len(lost)

    async def visit(self):
        """Open a socket for a user who stays away, and return what it has got."""
        expected = await self.expected()
        number = next(each.number for each in self.clients if each.name not in expected)
        visitor = self.make_client(number, returns=True)
        self.clients.append(visitor)
        self.visits.append(asyncio.create_task(visitor.run(asyncio.Semaphore())))
        async with asyncio.timeout(TIMEOUT):
            while not visitor.live:
                await asyncio.sleep(0.02)
        return {"server": visitor.server, "list": visitor.first}


if __name__ == "__main__":
    asyncio.run(run_clients(People, HANDSHAKES))
