"""Smoke checks of the library; `manage.py smoke` runs every function of this module.

An app adds its own in a module `smoke.py`: functions that take a `Site`. The
docstring says in one line what they test. They raise an exception if it fails.
"""

from contextlib import ExitStack

from websockets.exceptions import InvalidStatus

from channels_realtime.messages import CloseCode
from channels_realtime.smoke.site import Site, expect_close


def http(site: Site) -> None:
    """HTTP answers, database and layer included"""
    status, body = site.get("/readyz")
    assert status == 200, f"HTTP {status}: {body}"


def echo(site: Site) -> None:
    """A WebSocket returns the text that it received"""
    with site.connect("ws/smoke/echo/") as socket:
        socket.send("hello")
        answer = socket.recv(timeout=10)
        assert answer == "hello", answer


def broadcast(site: Site) -> None:
    """One message reaches every socket of a group"""
    with ExitStack() as stack:
        sockets = [
            stack.enter_context(site.connect("ws/smoke/broadcast/", user))
            for user in ("alice", "alice", "bob", "bob")
        ]
        message = '{"type":"smoke.text","text":"hello"}'
        sockets[0].send(message)
        answers = [socket.recv(timeout=10) for socket in sockets]
        assert answers == [message] * 4, answers


def anonymous(site: Site) -> None:
    """A socket for authenticated users refuses others"""
    with site.connect("ws/smoke/broadcast/") as socket:
        expect_close(socket, CloseCode.LOGIN_REQUIRED)


def foreign_origin(site: Site) -> None:
    """A page of another site cannot connect"""
    _refused(site, "ws/smoke/echo/", origin="https://evil.example")


def unknown_path(site: Site) -> None:
    """An unknown path is refused, not an error"""
    _refused(site, "ws/no-such-path/", origin=site.origin)


def _refused(site: Site, path: str, origin: str) -> None:
    try:
        with site.connect(path, origin=origin):
            raise AssertionError("the handshake succeeded")
    except InvalidStatus as refused:
        status = refused.response.status_code
        assert status == 403, f"HTTP {status} instead of 403"
