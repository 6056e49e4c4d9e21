"""The processes of a measurement: servers, and the load on them. Each ends with its block."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
START_LIMIT = 30  # seconds until a server listens
STOP_LIMIT = 15  # seconds until a server has ended
LOAD_LIMIT = 150  # seconds for one load


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def running(
    command: list[str], port: int, folder: Path, env: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a process that listens on a port, until the block ends."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        try:
            wait_for(process, port, log)
            yield process
        finally:
            end(process)


def wait_for(process: subprocess.Popen[bytes], port: int, log: IO[bytes]) -> None:
    """Return when something listens on the port; show the process's log if that does not happen."""
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    log.seek(0)
    sys.exit(f"{process.args} does not serve:\n{log.read().decode(errors='replace')}")


def end(process: subprocess.Popen[Any]) -> None:
    """End a process, at last without asking."""
    process.terminate()
    try:
        process.wait(STOP_LIMIT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Load:
    """A load that runs in a process of its own; inside the `with` block its sockets are open."""

    def __init__(self, kind: str, **specification: Any) -> None:
        words = json.dumps({"cookies": [], "limit": LOAD_LIMIT, **specification})
        self.process = subprocess.Popen(
            [sys.executable, "-m", "load", kind, words], cwd=HERE, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def __enter__(self) -> Self:
        # It cannot hang: the load ends itself after its limit.
        if self.process.stdout.readline() != "ready\n":
            sys.exit(f"The load did not get ready: {self.process.args}")
        return self

    def result(self) -> dict[str, Any]:
        """Return what the load has measured, when it has ended."""
        said, _ = self.process.communicate()
        if not said:
            sys.exit(f"The load found no end: {self.process.args}")
        return json.loads(said)

    def __exit__(self, *_: object) -> None:
        end(self.process)


def measure(kind: str, **specification: Any) -> dict[str, Any]:
    """Run a load from its beginning to its end and return what it has measured."""
    with Load(kind, **specification) as load:
        return load.result()
