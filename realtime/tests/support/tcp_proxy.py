"""A TCP proxy that tests can cut: one process loses a server that others still reach."""

import asyncio
import contextlib

from channels_realtime.smoke.processes import free_port
from support.valkey import copy


class TcpProxy:
    """Forward the connections to `port` of this machine to its port `target`."""

    def __init__(self, target: int) -> None:
        self.port, self.target = free_port(), target
        self._writers: set[asyncio.StreamWriter] = set()

    async def start(self) -> None:
        """Accept connections, also again after cut()."""
        self._server = await asyncio.start_server(self._forward, "127.0.0.1", self.port)

    async def cut(self) -> None:
        """End all connections, and refuse new ones."""
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, requests = await asyncio.open_connection("127.0.0.1", self.target)
        both = {writer, requests}
        self._writers |= both
        with contextlib.suppress(OSError):
            await asyncio.gather(copy(reader, requests), copy(answers, writer))
        self._writers -= both
        for each in both:
            each.close()
