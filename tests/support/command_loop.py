"""The commands that a process with many clients executes, as lines on its standard input."""

import asyncio
import json
import sys


async def run_clients(make_clients, max_handshakes):
    """Read a specification as one line of JSON, then one command a line, until the input ends.

    `make_clients` returns an object whose `clients` are run, and whose `execute()` returns the
    answer to a command, which is written as a line of JSON. At most `max_handshakes` clients
    connect for the first time at once.
    """
    reader = asyncio.StreamReader(limit=2**20)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    clients = make_clients(json.loads(await reader.readline()))
    handshakes = asyncio.Semaphore(max_handshakes)
    tasks = [asyncio.create_task(client.run(handshakes)) for client in clients.clients]
    while command := (await reader.readline()).decode().strip():
        print(json.dumps(await clients.execute(command)), flush=True)
    for task in tasks:
        task.cancel()
