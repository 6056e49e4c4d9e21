"""The temporary site of the smoke checks: a test database, its users, a real server."""

import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connections
from django.test import Client
from django.test.utils import setup_databases, teardown_databases
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from channels_realtime.conf import project_dir
from channels_realtime.monitoring.databases import disable_pools
from channels_realtime.services.running import child_environment

START_TIMEOUT = 60  # seconds until the server must listen
STOP_TIMEOUT = 5  # seconds
USERS = {"alice": True, "bob": True, "carol": False}  # whether each is a superuser


@dataclass
class Site:
    """A running server, and the session cookies of its users."""

    port: int
    log: Path
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        """The origin of the site's pages."""
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, user: str = "") -> tuple[int, str]:
        """Return the status and body of a GET request by `user`, or without a session."""
        return self._request("GET", path, None, {"Cookie": self.cookies.get(user, "")})

    def post(self, path: str, data: dict[str, str], user: str = "") -> tuple[int, str]:
        """Return the status and body of a form that `user` sends."""
        token = "0" * 32
        headers = {
            "Cookie": f"{self.cookies.get(user, '')}; {settings.CSRF_COOKIE_NAME}={token}",
            "Content-Type": "application/x-www-form-urlencoded",
            "X-CSRFToken": token,
        }
        return self._request("POST", path, urlencode(data), headers)

    def last_output(self) -> str:
        """Return the last lines of the server's log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])

    def connect(
        self, path: str, user: str = "", origin: str | None = "", **options: Any
    ) -> ClientConnection:
        """Open a WebSocket as `user`, or without a session. Use it as a context manager.

        `origin` is that of the site by default, and None for a client that sends none.
        """
        page = self.origin if origin == "" else origin
        opened: ClientConnection = connect(
            f"ws://127.0.0.1:{self.port}/{path}",
            origin=Origin(page) if page else None,
            additional_headers={"Cookie": self.cookies.get(user, "")},
            open_timeout=10,
            close_timeout=1,
            compression=None,
            proxy=None,
            **options,
        )
        return opened

    def _request(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> tuple[int, str]:
        http = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            http.request(method, path, body, headers)
            response = http.getresponse()
            return response.status, response.read().decode()
        finally:
            http.close()


def expect_close(socket: ClientConnection, code: int) -> None:
    """Raise AssertionError unless the server closes the socket with the code."""
    try:
        answer = socket.recv(timeout=10)
    except ConnectionClosed as closed:
        assert closed.rcvd is not None and closed.rcvd.code == code, closed
    else:
        raise AssertionError(f"the socket stayed open and sent {answer!r}")


@contextmanager
def temporary_site() -> Iterator[Site]:
    """Start a server on a free port, with a database of its own that is dropped at the end.

    Raise what the database driver raises, and RuntimeError when the server does not start.
    """
    directory = Path(tempfile.mkdtemp(prefix="smoke-"))
    site = Site(free_port(), directory / "server.log")
    with site.log.open("wb") as output:
        server = subprocess.Popen(  # noqa: S603  (our own module)
            [sys.executable, "-m", "channels_realtime.smoke.server", str(site.port)],
            cwd=project_dir(),
            env=child_environment(),
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )
    try:
        # The server imports the project while the database is made, then waits for its name.
        with _temporary_databases(directory) as names:
            site.cookies = {name: _log_in(name, superuser) for name, superuser in USERS.items()}
            print(json.dumps(names), file=server.stdin, flush=True)
            wait_until_it_listens(server, site)
            yield site
            stop(server)
    finally:
        stop(server)
        shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def _temporary_databases(directory: Path) -> Iterator[dict[str, str]]:
    disable_pools()
    for connection in connections.all():
        if connection.vendor == "sqlite":
            name = str(directory / f"{connection.alias}.sqlite3")
        else:
            name = f"smoke_{directory.name.removeprefix('smoke-').lower()}_{connection.alias}"
        connection.settings_dict["TEST"]["NAME"] = name
    old = setup_databases(verbosity=0, interactive=False)
    try:
        if get_user_model()._default_manager.exists():
            raise RuntimeError("The temporary database has users already: it must be another one.")
        yield {alias: str(connections[alias].settings_dict["NAME"]) for alias in connections}
    finally:
        teardown_databases(old, verbosity=0)


def _log_in(name: str, superuser: bool) -> str:
    users = get_user_model()._default_manager
    fields = {get_user_model().USERNAME_FIELD: name}
    user = users.create(**fields, is_staff=superuser, is_superuser=superuser)
    client = Client()
    client.force_login(user)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


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
        time.sleep(0.02)
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
