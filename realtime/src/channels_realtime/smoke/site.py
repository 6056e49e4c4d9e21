"""A client of a running site: HTTP requests and WebSockets, as its users or without a session."""

from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin


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

    def log_in(self, user: Any) -> None:
        """Start a session of a user; `get`, `post` and `connect` then accept the username."""
        client = Client()
        client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        self.cookies[user.get_username()] = f"{name}={client.cookies[name].value}"

    def get(self, path: str, user: str = "") -> tuple[int, str]:
        """Return the status and body of a GET request by `user`, or without a session."""
        return self._request("GET", path, None, {"Cookie": self._cookie(user)})

    def post(self, path: str, data: dict[str, str], user: str = "") -> tuple[int, str]:
        """Return the status and body of a form that `user` sends."""
        token = "0" * 32
        headers = {
            "Cookie": f"{self._cookie(user)}; {settings.CSRF_COOKIE_NAME}={token}",
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
            f"ws://127.0.0.1:{self.port}/{path.lstrip('/')}",
            origin=Origin(page) if page else None,
            additional_headers={"Cookie": self._cookie(user)},
            open_timeout=10,
            close_timeout=1,
            compression=None,
            proxy=None,
            **options,
        )
        return opened

    def _cookie(self, user: str) -> str:
        """Return a user's session cookie. Raise KeyError for a user who is not logged in."""
        return self.cookies[user] if user else ""

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
