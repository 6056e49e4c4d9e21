"""Many chat clients in one process, whose sockets belong to the network of that process.

`python -m support.chat_client_process` executes the commands `start_sending`, `stop_sending`,
`count` and `state`.
"""

import asyncio

from support.chat_client import ChatClient
from support.client_js import read_client_js
from support.command_loop import run_clients

HANDSHAKES = 20  # at once


class ChatClients:
    """The clients. Some of them, the senders, send messages in turn."""

    def __init__(self, specification):
        rules = read_client_js(specification["client_js"])
        self.clients = [ChatClient(specification, rules, each) for each in specification["cookies"]]
        # An odd step reaches clients of every server process.
        step = len(self.clients) // specification["senders"] | 1
        self.senders = self.clients[::step]
        self.interval, self.sent = specification["interval"], 0
        self.stopped, self.sending = asyncio.Event(), None

    async def send_in_turn(self):
        """Send a message from one sender after the other, until stopped."""
        self.stopped.clear()
        while not self.stopped.is_set():
            sender = self.senders[self.sent % len(self.senders)]
            await sender.say(f"message {self.sent}")
            self.sent += 1
            await asyncio.sleep(self.interval)

    async def execute(self, command):
        """Return the answer to a command."""
        if command == "start_sending":
            self.sending = asyncio.create_task(self.send_in_turn())
        elif command == "stop_sending":
            self.stopped.set()
            await self.sending
        clients = [client.state() for client in self.clients] if command == "state" else []
        return {**self.count(), "clients": clients}

    def count(self):
        """Return the totals of all clients, and the smallest last number ("last")."""
        return {
            "sent": self.sent,
            "live": sum(client.live for client in self.clients),
            "reconnected": sum(client.live and bool(client.losses) for client in self.clients),
            "pending": sum(client.pending for client in self.clients),
            "last": min(client.last for client in self.clients),
        }


if __name__ == "__main__":
    asyncio.run(run_clients(ChatClients, HANDSHAKES))
