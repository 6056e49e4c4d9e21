"""The processes of a measurement: servers and load generators."""

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
START_TIMEOUT = 30  # seconds until a server listens
STOP_TIMEOUT = 15  # seconds until a server has ended
LOAD_TIMEOUT = 150  # seconds for one load


def find_free_port() -> int:
    """Return a free port of the loopback address."""
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
            stop(process)


def wait_for(process: subprocess.Popen[bytes], port: int, log: IO[bytes]) -> None:
    """Wait until a server listens on the port. After the timeout, exit with its log."""
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    log.seek(0)
    sys.exit(f"{process.args} does not listen:\n{log.read().decode(errors='replace')}")


def stop(process: subprocess.Popen[Any]) -> None:
    """Terminate a process, and kill it after the timeout."""
    process.terminate()
    try:
        process.wait(STOP_TIMEOUT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Load:
    """A load generator in its own process. Its sockets are open in the `with` block."""

    def __init__(self, kind: str, **specification: Any) -> None:
        text = json.dumps({"cookies": [], "timeout": LOAD_TIMEOUT, **specification})
        self.process = subprocess.Popen(
            [sys.executable, "-m", "load", kind, text], cwd=HERE, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def __enter__(self) -> Self:
        # This cannot block: the load ends itself after its timeout.
        if self.process.stdout.readline() != "ready\n":
            sys.exit(f"The load could not open its sockets: {self.process.args}")
        return self

    def result(self) -> dict[str, Any]:
        """Wait until the load has ended, and return its result."""
        output, _ = self.process.communicate()
        if not output:
            sys.exit(f"The load did not end in time: {self.process.args}")
        return json.loads(output)

    def __exit__(self, *_: object) -> None:
        stop(self.process)


def measure(kind: str, **specification: Any) -> dict[str, Any]:
    """Run a load, and return its result."""
    with Load(kind, **specification) as load:
        return load.result()
