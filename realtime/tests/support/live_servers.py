"""Real server processes for tests, with the options that production uses."""

import base64
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from websockets.frames import Frame, Opcode

from channels_realtime.smoke.processes import free_port, stop, wait_until_it_listens
from channels_realtime.smoke.site import Site
from channels_realtime.testing.waiting import LIMIT

OPTIONS = {
    "daphne": [
        *("--endpoint", "tcp:port={port}:interface=127.0.0.1:backlog=2048"),
        *("--websocket_timeout", "-1", "--websocket_connect_timeout", "30"),
    ],
    "uvicorn": [
        *("--host", "127.0.0.1", "--port", "{port}", "--ws", "websockets-sansio"),
        *("--ws-max-size", "1048576", "--ws-per-message-deflate", "false"),
        *("--timeout-graceful-shutdown", "8"),
    ],
}
SERVERS = list(OPTIONS)
# How often an idle client is sent a ping, and how long it has for the answer.
SHORT_PINGS = {
    "daphne": ["--ping-interval", "1", "--ping-timeout", "2"],
    "uvicorn": ["--ws-ping-interval", "1", "--ws-ping-timeout", "2"],
}
REDIS_LAYERS = ["redis", "redis+core", "rediss"]
LAYERS = ["memory", *REDIS_LAYERS]


@dataclass
class LiveSite(Site):
    """A running server process."""

    process: Any = None

    def connect_slow_reader(self, **options: Any) -> Any:
        """Open a socket in the room that receives no more than fits into small buffers."""
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.connect(("127.0.0.1", self.port))
        return self.connect("ws/test/", sock=sock, max_queue=1, **options)

    @contextmanager
    def connect_raw(self, path: str) -> Iterator[socket.socket]:
        """Open a WebSocket that does nothing by itself, and answers no ping."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=LIMIT) as sock:
            key = base64.b64encode(bytes(16)).decode()
            sock.sendall(
                f"GET /{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: {self.origin}\r\n"
                "Connection: Upgrade\r\nUpgrade: websocket\r\n"
                f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode()
            )
            answer = b""
            while not answer.endswith(b"\r\n\r\n"):
                answer += sock.recv(1)
            assert answer.startswith(b"HTTP/1.1 101"), answer
            yield sock


def client_frame(text: str) -> bytes:
    """Return the bytes of a client's text frame."""
    return Frame(Opcode.TEXT, text.encode()).serialize(mask=True)


@contextmanager
def live_sites(
    folder: Path,
    servers: Sequence[str],
    options: Sequence[str] = (),
    module: str = "",
    **variables: str,
) -> Iterator[list[LiveSite]]:
    """Start a process of each of the servers on a free port, which logs into the folder.

    They have a database of their own, unless the variables name another. `module` is run instead
    of the server's own, with the same arguments.
    """
    folder.mkdir(exist_ok=True)
    with ExitStack() as stack:
        sites = [
            stack.enter_context(
                _started(folder, [module or server, *OPTIONS[server], *options], variables)
            )
            for server in servers
        ]
        for site in sites:
            wait_until_it_listens(site.process, site)
        yield sites


@contextmanager
def _started(folder: Path, command: list[str], variables: dict[str, str]) -> Iterator[LiveSite]:
    port = free_port()
    site = LiveSite(port, folder / f"{command[0]}-{port}.log")
    command = [*(word.format(port=port) for word in command), "support.served_site:application"]
    with site.log.open("wb") as output:
        site.process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=folder,
            env=os.environ | _environment(site, folder) | variables,
            stdin=subprocess.PIPE,  # it ends with these tests, whatever ends them
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )
    try:
        yield site
    finally:
        stop(site.process)


def _environment(site: LiveSite, folder: Path) -> dict[str, str]:
    """Return production's environment, on this machine only."""
    return {
        "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
        "CHANNEL_LAYER_URL": "memory://",
        "DEBUG": "false",
        "ALLOWED_HOSTS": "127.0.0.1",
        "CSRF_TRUSTED_ORIGINS": site.origin,
        "PYTHONWARNINGS": "default",
        "JOURNAL": str(folder / "journal"),
    }


def read_logs(sites: dict[str, list[LiveSite]]) -> str:
    """Return what all servers have logged up to now."""
    return "".join(site.log.read_text(errors="replace") for pair in sites.values() for site in pair)
