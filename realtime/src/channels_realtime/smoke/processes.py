"""The server process of a site that tests and smoke checks connect to."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from channels_realtime.conf import project_dir
from channels_realtime.services.running import child_environment
from channels_realtime.smoke.site import Site

START_TIMEOUT = 60  # seconds until the server must listen
STOP_TIMEOUT = 5  # seconds
POLL_INTERVAL = 0.02  # seconds


@contextmanager
def serve(folder: Path, databases: AbstractContextManager[dict[str, str]]) -> Iterator[Site]:
    """Start a server on a free port, with a log in the folder, for the block.

    `databases` yields the name of each database by its alias. The server imports the project
    while they are made. Raise RuntimeError when the server does not start.
    """
    site = Site(free_port(), folder / "server.log")
    server = _start(site)
    try:
        with databases as names:
            print(json.dumps(names), file=server.stdin, flush=True)
            wait_until_it_listens(server, site)
            yield site
            stop(server)
    finally:
        stop(server)


def _start(site: Site) -> "subprocess.Popen[str]":
    with site.log.open("wb") as output:
        return subprocess.Popen(  # noqa: S603  (our own module)
            [sys.executable, "-m", "channels_realtime.smoke.serve_project", str(site.port)],
            cwd=project_dir(),
            env=child_environment(),
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )


def free_port() -> int:
    """Return a free port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def wait_until_it_listens(server: subprocess.Popen[str], site: Site) -> None:
    """Return once the server accepts connections. Raise RuntimeError with its last output."""
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", site.port)) == 0:
                return
        time.sleep(POLL_INTERVAL)
    raise RuntimeError(f"The server did not start:\n{site.last_output()}")


def stop(server: subprocess.Popen[str]) -> None:
    """Stop the server, or kill it after STOP_TIMEOUT. Do nothing if it has ended."""
    server.terminate()
    try:
        server.wait(timeout=STOP_TIMEOUT)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
    if server.stdin:
        server.stdin.close()
