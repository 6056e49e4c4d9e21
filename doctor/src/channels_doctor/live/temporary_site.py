"""The throw-away site: its databases, the project's server, and the two ends of a way through its channel layer."""

from __future__ import annotations

import json
import secrets
import shutil
import socket
import tempfile
import time
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from channels_doctor.examination_errors import CannotExamine
from channels_doctor.live.agent import Ended, Helper
from channels_doctor.support.sanitize import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from channels_doctor.live.outcome import Outcome
    from channels_doctor.locate import Location

DATABASE = 120.0  # seconds for the migrations
START = 40.0  # seconds until the server listens
ROUND_TRIP = 20.0
PATIENCE = 15.0  # seconds for dropping the databases
LOCAL = "127.0.0.1"


class Site(NamedTuple):
    """A running server of the project."""

    server: Helper
    databases: dict[str, Any]  # what the settings have to say of them
    told: dict[
        str, Any
    ]  # its name and version, its port, and what the settings say of hosts and origins
    cookie: str  # of somebody who is signed in
    token: str  # the path of the witness

    def seen(self) -> dict[str, Outcome]:
        """Return what the application made of our sockets, by their marks; nothing when the server is gone."""
        http = HTTPConnection(LOCAL, self.told["port"], timeout=5)
        try:
            http.request("GET", f"/{self.token}")
            found: dict[str, Outcome] = json.loads(http.getresponse().read(1_000_000))
        except (OSError, HTTPException, ValueError):
            return {}
        finally:
            http.close()
        return found if isinstance(found, dict) else {}


class Helpers(NamedTuple):
    """How the project's interpreter is started, and what each part is told."""

    python: str
    folder: str
    task: dict[str, Any]

    def start(self, mode: str, **task: Any) -> Helper:
        """Start one part. Raises CannotExamine."""
        try:
            return Helper(self.python, self.folder, mode, {**self.task, **task})
        except OSError as error:
            raise CannotExamine(f"The project's Python cannot be started: {error}.") from None


def helpers_for(location: Location, python: str, facts: dict[str, Any], settings: str) -> Helpers:
    """Return how to start the parts, with names that nothing has yet."""
    task = {
        "folder": location.root,
        "manage": location.manage,
        "root": location.root,
        "settings": settings,
        "prefix": f"chanscaffold_{secrets.token_hex(6)}_",
        "token": secrets.token_hex(16),
        "bases": (facts.get("layer") or {}).get("mro") or [],
        "alone": True,
    }
    return Helpers(python, location.root, task)


@contextmanager
def throw_away_site(helpers: Helpers) -> Iterator[Site]:
    """Serve the project on databases of its own, which are dropped in the end. Raises CannotExamine."""
    store = tempfile.mkdtemp(prefix="chanscaffold-doctor-")
    keeper = helpers.start("keep", store=store)
    try:
        made = _ask(keeper, "databases", DATABASE, "No throw-away database could be made")
        with helpers.start("serve", databases=made["databases"]) as server:
            told = _ask(server, "port", START, "The project's server did not start")
            _wait_until_it_listens(server, told["port"])
            yield Site(server, made["databases"], told, str(made["cookie"]), helpers.task["token"])
    finally:
        _drop(keeper)
        shutil.rmtree(store, ignore_errors=True)


def _ask(helper: Helper, key: str, limit: float, what: str) -> dict[str, Any]:
    try:
        return helper.answer(key, limit=limit)
    except Ended as ended:
        raise CannotExamine(printable(f"{what}: {ended}")) from None


def _wait_until_it_listens(server: Helper, port: int) -> None:
    deadline = time.monotonic() + START
    while time.monotonic() < deadline and server.process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex((LOCAL, port)) == 0:
                return
        time.sleep(0.02)
    raise CannotExamine(f"The project's server did not start: {server.last_words()}")


def _drop(keeper: Helper) -> None:
    keeper.end(PATIENCE)
    try:
        left = keeper.answer("left", limit=1)["left"]
    except Ended:
        return
    if left:
        click.echo(
            printable(f"Drop by hand what could not be dropped: {', '.join(map(str, left))}"),
            err=True,
        )


def round_trip(helpers: Helpers, site: Site) -> Outcome:
    """Return how a message came from one process to another through the project's own channel layer."""
    task = {
        "databases": site.databases,
        "alone": False,
    }  # the names in the layer are random, so the real one is asked
    with helpers.start("receive", **task) as receiver, helpers.start("send", **task) as sender:
        try:
            first = receiver.answer("joined", "outcome", limit=ROUND_TRIP)
            if "outcome" in first:
                return first
            sender.answer("ready", limit=ROUND_TRIP)
            sender.tell({"send": True})
            return receiver.answer("outcome", limit=ROUND_TRIP)
        except Ended as ended:
            return {"outcome": "error", "error": str(ended)}
