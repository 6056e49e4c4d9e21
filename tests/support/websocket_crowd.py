"""Many visitors in one process, whose sockets are those of the network that it is in.

`python crowd.py` reads a specification as one line of JSON, then commands, a word a line: `talk`, `hush`, `count` and
`state`. It answers each with a line of JSON; `state` says what each visitor has seen. It ends with its input.
"""

import asyncio
import json
import sys

from support.room_client import Visitor, read_client

AT_ONCE = 20  # handshakes, until everybody is there for the first time


class Crowd:
    """Everybody, some of whom say something in turn."""

    def __init__(self, specification):
        rules = read_client(specification["client"])
        self.visitors = [
            Visitor(specification, rules, cookie) for cookie in specification["cookies"]
        ]
        # From all over the crowd, and not a multiple of the number of processes apart, so that each has some of them.
        self.writers = self.visitors[:: len(self.visitors) // specification["writers"] | 1]
        self.pause, self.said = specification["pause"], 0
        self.hushed, self.talking = asyncio.Event(), None

    async def talk(self):
        """Let one after the other say something, until hushed."""
        self.hushed.clear()
        while not self.hushed.is_set():
            writer = self.writers[self.said % len(self.writers)]
            await writer.say(f"message {self.said}")
            self.said += 1
            await asyncio.sleep(self.pause)

    async def obey(self, word):
        """Return the answer to a command."""
        if word == "talk":
            self.talking = asyncio.create_task(self.talk())
        elif word == "hush":
            self.hushed.set()
            await self.talking
        visitors = [visitor.state() for visitor in self.visitors] if word == "state" else []
        return {**self.count(), "visitors": visitors}

    def count(self):
        """Return how much was said, how many have a socket and have come back, and what the worst off has heard."""
        return {
            "said": self.said,
            "live": sum(visitor.live for visitor in self.visitors),
            "back": sum(visitor.live and bool(visitor.losses) for visitor in self.visitors),
            "waiting": sum(visitor.waiting for visitor in self.visitors),
            "last": min(visitor.last for visitor in self.visitors),
        }


async def main():
    reader = asyncio.StreamReader(limit=2**20)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    crowd = Crowd(json.loads(await reader.readline()))
    gate = asyncio.Semaphore(AT_ONCE)
    everybody = [asyncio.create_task(visitor.live_on(gate)) for visitor in crowd.visitors]
    while word := (await reader.readline()).decode().strip():
        print(json.dumps(await crowd.obey(word)), flush=True)
    for task in everybody:
        task.cancel()


if __name__ == "__main__":
    asyncio.run(main())
