"""`--url`: check a running deployment with four WebSockets, one of them idle for a minute."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import SplitResult, urlsplit

import click

from channels_doctor.live.client import Client
from channels_doctor.live.socket_checks import FOREIGN_ORIGIN
from channels_doctor.live.waits import check_accepted, check_idle
from channels_doctor.support.errors import CannotExamine, Refused

if TYPE_CHECKING:
    from websockets.sync.client import ClientConnection

    from channels_doctor.live.outcome import Outcome

SECURE_SCHEMES = {"ws": False, "wss": True, "http": False, "https": True}
IDLE_SECONDS = 65.0  # nginx and many load balancers close after 60
MAX_DISTURBED_SECONDS = 25  # in addition, if messages arrive
UNREACHABLE = {"tls", "unknown host", "no answer", "unreachable"}


class Deployment(NamedTuple):
    """A route of a deployment, and the origin of its pages."""

    client: Client
    path: str
    origin: str


def check_deployment(url: str, idle_seconds: float = IDLE_SECONDS) -> dict[str, object]:
    """Return what a client observes at a deployment.

    Raises Refused when the URL is not one of a WebSocket, and CannotExamine when nothing answers.
    """
    deployment = parse_url(url)
    client, path, origin = deployment
    own = client.run(path, origin, check_accepted)
    if own["outcome"] in UNREACHABLE:
        raise CannotExamine(f"{client.name} cannot be examined ({own['outcome']}): {own['error']}.")
    checks = {"own-origin": {**own, "origin": origin}}
    if own["outcome"] == "accepted":
        checks |= {
            "foreign-origin": client.run(path, FOREIGN_ORIGIN, check_accepted),
            "no-origin": client.run(path, None, check_accepted),
            "idle": _check_idle(deployment, idle_seconds),
        }
    return {
        "kind": "url",
        "server": str(own.pop("server", "")),
        "route": _without_query(path),
        "checks": checks,
    }


def _without_query(path: str) -> str:
    """Return a path without its query, which may contain a token."""
    plain, mark, _ = path.partition("?")
    return f"{plain}?…" if mark else plain


def parse_url(url: str) -> Deployment:
    """Return the deployment at a URL. Raises Refused when it is not the URL of a WebSocket."""
    parts = _split(url)
    secure = SECURE_SCHEMES[parts.scheme]
    host = str(parts.hostname)
    name = f"[{host}]" if ":" in host else host
    default_port = 443 if secure else 80
    if parts.port and parts.port != default_port:
        name += f":{parts.port}"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    client = Client((host, parts.port or default_port), name, secure)
    return Deployment(client, path, f"{'https' if secure else 'http'}://{name}")


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        is_valid = parts.scheme in SECURE_SCHEMES and parts.hostname and parts.port != 0
    except ValueError:
        is_valid = False
    if not is_valid or not url.isascii() or not url.isprintable() or " " in url:
        raise Refused(
            f"--url {url!r} is not the URL of a WebSocket: "
            "give one such as wss://example.com/ws/chat/."
        )
    if parts.username or parts.password:
        raise Refused("--url must not contain a user or a password: give the URL without them.")
    return parts


def _check_idle(deployment: Deployment, seconds: float) -> Outcome:
    def check(websocket: ClientConnection) -> Outcome:
        return check_idle(websocket, seconds, seconds + MAX_DISTURBED_SECONDS)

    with _Progress(seconds):
        return deployment.client.run(deployment.path, deployment.origin, check)


class _Progress:
    """Counts the seconds of the idle check on standard error, if that is a terminal."""

    def __init__(self, seconds: float) -> None:
        self._seconds = int(seconds)
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._count, daemon=True)

    def __enter__(self) -> None:
        if sys.stderr.isatty():
            self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._done.set()
        if self._thread.ident:
            self._thread.join()
            click.echo("\r\033[K", err=True, nl=False)

    def _count(self) -> None:
        for second in range(self._seconds + MAX_DISTURBED_SECONDS):
            text = f"\rWaiting on an idle WebSocket: {second} of {self._seconds} seconds"
            click.echo(text, err=True, nl=False)
            if self._done.wait(1):
                return
