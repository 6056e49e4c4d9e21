"""The servers of a project: development and production."""

import contextlib
import http.client
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus

from support.processes import find_free_port, is_port_open, stop_session, wait_for
from support.websocket_echo import echo

RUNSERVER = ("manage.py", "runserver", "127.0.0.1:{port}")
UVICORN = (
    *("-m", "uvicorn", "config.asgi:application"),
    *("--port", "{port}", "--ws", "websockets-sansio"),
)
DAPHNE = ("-m", "daphne", "-p", "{port}", "config.asgi:application")
PRODUCTION_VARIABLES = {
    "DEBUG": "false",
    "SECRET_KEY": "k" * 25 + "0123456789abcdefghijklmnopqrstuvwxyz",
    "ALLOWED_HOSTS": "127.0.0.1,example.com",
    "CSRF_TRUSTED_ORIGINS": "https://example.com",
    "CHANNEL_LAYER_URL": "memory://",
}


@dataclass
class Server:
    """A running server."""

    port: int
    log: Path
    process: subprocess.Popen

    @property
    def host(self):
        """The address and the port."""
        return f"127.0.0.1:{self.port}"

    @property
    def url(self):
        """The URL for a browser."""
        return f"http://{self.host}"

    def get(self, path):
        """Return the status, headers and text of a GET request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.headers, response.read().decode()
        finally:
            connection.close()

    def echo(self, text):
        """Return the answer of the echo socket."""
        return echo(self.host, self.url, text)

    def assert_serves(self, example=True):
        """Assert that pages and sockets work.

        Without the example, assert that a socket without a route is refused.
        """
        assert self.get("/readyz")[0] == 200
        if example:
            assert self.echo("hello") == "hello"
        else:
            with pytest.raises(InvalidStatus, match="403"):
                self.echo("hello")


@contextlib.contextmanager
def serve(project, command, port=None, **variables) -> Iterator[Server]:
    """Run a server of a project until the block ends."""
    port = port or find_free_port()
    log = project.path.parent / f"server-{port}.log"
    words = [str(project.python), *(word.format(port=port) for word in command)]
    env = {**project.env, **variables}
    streams = {"stdin": subprocess.DEVNULL, "stderr": subprocess.STDOUT}
    with log.open("ab") as output:
        process = subprocess.Popen(
            words, cwd=project.path, env=env, start_new_session=True, stdout=output, **streams
        )
    server = Server(port, log, process)
    try:
        wait_for(lambda: is_listening(server), f"{words} listens")
        yield server
    finally:
        stop_session(process)


def is_listening(server):
    """Return whether a server listens; fail if it has ended."""
    assert server.process.poll() is None, server.log.read_text(errors="replace")
    return is_port_open(server.port)
