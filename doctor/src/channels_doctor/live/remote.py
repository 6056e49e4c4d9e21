"""`--url`: what a client sees at a running deployment. Four sockets in all, one of them quiet for a minute."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import SplitResult, urlsplit

import click

from channels_doctor.examination_errors import CannotExamine
from channels_doctor.live.client import Door
from channels_doctor.live.socket_checks import FOREIGN
from channels_doctor.live.waits import settle, stay_idle
from channels_doctor.support.errors import Refused

if TYPE_CHECKING:
    from channels_doctor.live.outcome import Outcome

SCHEMES = {"ws": False, "wss": True, "http": False, "https": True}
IDLE = 65.0  # seconds: nginx, and many a load balancer, give up after sixty
UNREACHABLE = {"tls", "unknown host", "no answer", "unreachable"}


class Deployment(NamedTuple):
    """Where the sockets go, and as pages of which site."""

    door: Door
    path: str
    origin: str


def observe_deployment(url: str, idle: float = IDLE) -> dict[str, object]:
    """Return the observations of a deployment. Refused when the address is none; CannotExamine when none answers."""
    place = locate(url)
    own = place.door.enter(place.path, place.origin, settle)
    if own["outcome"] in UNREACHABLE:
        raise CannotExamine(
            f"{place.door.name} cannot be examined ({own['outcome']}): {own['error']}."
        )
    checks = {"own-origin": {**own, "origin": place.origin}}
    if own["outcome"] == "accepted":
        checks |= {
            "foreign-origin": place.door.enter(place.path, FOREIGN, settle),
            "no-origin": place.door.enter(place.path, None, settle),
            "idle": _stay_idle(place, idle),
        }
    return {
        "kind": "url",
        "server": str(own.pop("server", "")),
        "route": _shown(place.path),
        "checks": checks,
    }


def _shown(path: str) -> str:
    """Return a path without its query, which may hold a token."""
    plain, sign, _ = path.partition("?")
    return f"{plain}?…" if sign else plain


def locate(url: str) -> Deployment:
    """Return what an address names. Raises Refused when it is not that of a socket."""
    parts = _split(url)
    secure = SCHEMES[parts.scheme]
    host = str(parts.hostname)
    name = f"[{host}]" if ":" in host else host
    if parts.port and parts.port != (443 if secure else 80):
        name += f":{parts.port}"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    door = Door((host, parts.port or (443 if secure else 80)), name, secure)
    return Deployment(door, path, f"{'https' if secure else 'http'}://{name}")


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        sound = parts.scheme in SCHEMES and parts.hostname and parts.port != 0
    except ValueError:
        sound = False
    if not sound or not url.isascii() or not url.isprintable() or " " in url:
        raise Refused(
            f"--url {url!r} is no address of a socket: give one such as wss://example.com/ws/chat/."
        )
    if parts.username or parts.password:
        raise Refused(
            "--url takes no user and no password: what is examined is what everybody can see."
        )
    return parts


def _stay_idle(place: Deployment, seconds: float) -> Outcome:
    with _Progress(seconds):
        return place.door.enter(
            place.path, place.origin, lambda opened: stay_idle(opened, seconds, seconds + 25)
        )


class _Progress:
    """Counts the seconds on standard error, if somebody watches: for a minute nothing else happens."""

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
        for second in range(self._seconds + 30):
            click.echo(
                f"\rAn idle socket is watched: {second} of {self._seconds} seconds",
                err=True,
                nl=False,
            )
            if self._done.wait(1):
                return
