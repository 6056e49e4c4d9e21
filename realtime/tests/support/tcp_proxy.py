"""A TCP proxy that tests can cut and freeze: one process loses a server that others reach."""

import asyncio
import contextlib
import socket
import ssl
import threading
from collections.abc import Coroutine, Iterator
from random import SystemRandom
from typing import Any

# Below the ports that systems give to outgoing connections: while a server is stopped, another
# process, or the client that tries to reach it, must not get its port.
PORTS = range(20_000, 32_000)


def lasting_port() -> int:
    """Return a free port that stays free while its server is stopped."""
    while True:
        port = SystemRandom().choice(PORTS)
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


class TcpProxy:
    """Forward the connections to `port` of this machine to its port `target`."""

    def __init__(self, target: int, tls: ssl.SSLContext | None = None) -> None:
        self.port, self.target, self.tls = lasting_port(), target, tls
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop, self._flowing = asyncio.new_event_loop(), asyncio.Event()
        self._flowing.set()

    @contextlib.contextmanager
    def open(self) -> Iterator["TcpProxy"]:
        """Forward in a thread of its own, for the block."""
        end = asyncio.Event()
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._listen())
            thread = threading.Thread(target=runner.run, args=[end.wait()])
            thread.start()
            try:
                yield self
            finally:
                self._loop.call_soon_threadsafe(end.set)
                thread.join()
                self._server.close()

    @contextlib.contextmanager
    def cut(self) -> Iterator[None]:
        """End all connections, and refuse new ones, for the block."""
        self._run(self._cut())
        try:
            yield
        finally:
            self._run(self._listen())

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """Forward nothing for the block. Connections stay open, and new ones are accepted."""
        self._loop.call_soon_threadsafe(self._flowing.clear)
        try:
            yield
        finally:
            self._loop.call_soon_threadsafe(self._flowing.set)

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(
            self._forward, "127.0.0.1", self.port, ssl=self.tls
        )

    async def _cut(self) -> None:
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        with contextlib.closing(writer), contextlib.suppress(OSError):
            answers, requests = await asyncio.open_connection("127.0.0.1", self.target)
            with contextlib.closing(requests):
                directions = self._copy(reader, requests), self._copy(answers, writer)
                tasks = [asyncio.create_task(each) for each in directions]
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                for task in tasks:
                    task.cancel()
        self._writers.discard(writer)

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                await self._flowing.wait()
                writer.write(data)
                await writer.drain()
