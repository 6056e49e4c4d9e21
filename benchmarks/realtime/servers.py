"""The servers under test."""

from __future__ import annotations

import os
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from processes import find_free_port, running

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from project import Project

# The settings and the ASGI application of each side.
CONSUMERS = {
    "ours": ("bench.settings", "bench.asgi:application"),
    "tutorial": ("bench.tutorial_settings", "bench.tutorial_asgi:application"),
    "bare": ("bench.settings", "bench.bare:application"),
}
# The commands of deploy/web@.service.
SERVERS = {
    "daphne": (
        *("daphne", "--endpoint", "tcp:port={port}:interface=127.0.0.1:backlog=2048"),
        *("--websocket_timeout", "-1", "--websocket_connect_timeout", "30"),
    ),
    "uvicorn": (
        *("uvicorn", "--host", "127.0.0.1", "--port", "{port}", "--ws", "websockets-sansio"),
        *("--ws-max-size", "1048576", "--ws-per-message-deflate", "false"),
        *("--timeout-graceful-shutdown", "8"),
    ),
}


class Side(NamedTuple):
    """The consumers "ours", "tutorial" or "bare" on the server "daphne" or "uvicorn"."""

    consumers: str
    server: str

    @property
    def settings(self) -> dict[str, str]:
        """The environment variable that selects the settings."""
        return {"DJANGO_SETTINGS_MODULE": CONSUMERS[self.consumers][0]}

    def __str__(self) -> str:
        return f"{self.consumers} on {self.server}"


@dataclass
class Server:
    """A running server."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def cpu(self) -> float:
        """The CPU time that the process has used, in seconds (on Linux)."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        user, system = fields[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    @property
    def memory(self) -> float:
        """The resident memory of the process in MiB (on Linux)."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@contextmanager
def start(project: Project, side: Side) -> Iterator[Server]:
    """Run one side in a new process until the block ends."""
    port = find_free_port()
    words = [word.format(port=port) for word in SERVERS[side.server]]
    command = [project.python, "-m", *words, CONSUMERS[side.consumers][1]]
    with running(command, port, project.home, {**project.env, **side.settings}) as process:
        yield Server(port, process)


def serve(project: Project, side: Side) -> AbstractContextManager[Server]:
    """Return a context with a new server of one side, or with the shared one."""
    if project.stack is None:
        return start(project, side)
    if side not in project.shared:
        project.shared[side] = project.stack.enter_context(start(project, side))
    return nullcontext(project.shared[side])
