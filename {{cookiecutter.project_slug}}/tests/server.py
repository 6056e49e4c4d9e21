"""Server processes for tests; they serve the application in served.py."""

import contextlib
import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from realtime.smoke_site import free_port

ROOT = Path(__file__).resolve().parent.parent
START_LIMIT = 30  # seconds until a server must listen
END_LIMIT = 10


@contextlib.contextmanager
def running(folder: Path, servers: int = 1, **variables: str) -> Iterator[list[int]]:
    """Run servers with these variables in their environment; give their ports."""
    env = {**os.environ, **variables, "BOOK": str(folder / "book"), "PYTHONUNBUFFERED": "1"}
    ports = [free_port() for _ in range(servers)]
    with (folder / "log").open("wb") as log, contextlib.ExitStack() as stack:
        for port in ports:
            process = subprocess.Popen(  # noqa: S603
                command(port), cwd=ROOT, env=env, stdout=log, stderr=log
            )
            stack.callback(end, process)
        for port in ports:
            wait_until_open(port)
        yield ports


def command(port: int) -> list[str]:
    """Return the command line of the server that the project uses."""
    if importlib.util.find_spec("uvicorn"):
        options = ["-m", "uvicorn", "--port", str(port), "--log-level", "warning"]
    else:
        options = ["-m", "daphne", "-p", str(port), "--verbosity", "0"]
    return [sys.executable, *options, "tests.served:application"]


def wait_until_open(port: int) -> None:
    """Return when somebody listens on the port."""
    deadline = time.monotonic() + START_LIMIT
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        assert time.monotonic() < deadline, f"nobody listens on {port}"
        time.sleep(0.02)


def end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(END_LIMIT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
