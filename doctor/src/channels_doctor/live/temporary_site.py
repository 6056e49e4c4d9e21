"""Run the project's server on temporary databases."""

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

from channels_doctor.live.agent_process import AgentError, AgentProcess
from channels_doctor.support.errors import CannotExamine
from channels_doctor.support.sanitize import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from channels_doctor.live.outcome import Outcome
    from channels_doctor.project_location import ProjectLocation

MIGRATE_SECONDS = 120.0
START_SECONDS = 40.0
DROP_SECONDS = 15.0
REMAINING_SECONDS = 1.0
RECORDS_SECONDS = 5.0
POLL_SECONDS = 0.02
MAX_RECORDS_BYTES = 1_000_000
LOOPBACK = "127.0.0.1"


class Site(NamedTuple):
    """A running server of the project.

    `databases` are changes of DATABASES. `description` is the server's message: its name, port and
    process id, and the allowed hosts and origins of the settings. `cookie` belongs to a logged-in
    user.
    """

    server: AgentProcess
    databases: dict[str, Any]
    description: dict[str, Any]
    cookie: str
    secret_path: str

    def records(self) -> dict[str, Outcome]:
        """Return what the recording middleware knows about each check; {} without a server."""
        http = HTTPConnection(LOOPBACK, self.description["port"], timeout=RECORDS_SECONDS)
        try:
            http.request("GET", self.secret_path)
            records: dict[str, Outcome] = json.loads(http.getresponse().read(MAX_RECORDS_BYTES))
        except (OSError, HTTPException, ValueError):
            return {}
        finally:
            http.close()
        return records if isinstance(records, dict) else {}


class Agents(NamedTuple):
    """How to start the processes in the project's Python."""

    python: str
    folder: str
    options: dict[str, Any]

    def start(self, task: str, **options: Any) -> AgentProcess:
        """Start a process for one task. Raises CannotExamine."""
        try:
            return AgentProcess(self.python, self.folder, task, {**self.options, **options})
        except OSError as error:
            raise CannotExamine(f"The project's Python cannot be started: {error}.") from None


def prepare_agents(
    location: ProjectLocation, python: str, facts: dict[str, Any], settings: str
) -> Agents:
    """Return how to start the processes; all of them use the same new prefix."""
    options = {
        "manage_py": location.manage_py,
        "root": location.root,
        "settings": settings,
        "prefix": f"channels_doctor_{secrets.token_hex(6)}_",
        "secret_path": f"/{secrets.token_hex(16)}",
        "layer_bases": (facts.get("layer") or {}).get("mro") or [],
        "replace_layers": True,
    }
    return Agents(python, location.root, options)


@contextmanager
def temporary_site(agents: Agents) -> Iterator[Site]:
    """Run the project's server on temporary databases; drop them at the end of the block.

    Raises CannotExamine when a database cannot be made or the server does not start.
    """
    folder = tempfile.mkdtemp(prefix="channels-doctor-")
    creator = agents.start("databases", folder=folder)
    try:
        made = _receive(
            creator, "databases", MIGRATE_SECONDS, "The temporary databases cannot be made"
        )
        with agents.start("server", databases=made["databases"]) as server:
            description = _receive(
                server, "port", START_SECONDS, "The project's server does not start"
            )
            _wait_until_listening(server, description["port"])
            secret_path = agents.options["secret_path"]
            yield Site(server, made["databases"], description, str(made["cookie"]), secret_path)
    finally:
        _drop_databases(creator)
        shutil.rmtree(folder, ignore_errors=True)


def _receive(agent: AgentProcess, key: str, seconds: float, problem: str) -> dict[str, Any]:
    try:
        return agent.receive(key, seconds=seconds)
    except AgentError as error:
        raise CannotExamine(printable(f"{problem}: {error}")) from None


def _wait_until_listening(server: AgentProcess, port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.is_running:
        with socket.socket() as probe:
            if probe.connect_ex((LOOPBACK, port)) == 0:
                return
        time.sleep(POLL_SECONDS)
    raise CannotExamine(f"The project's server does not start: {server.last_output()}")


def _drop_databases(creator: AgentProcess) -> None:
    creator.stop(DROP_SECONDS)
    try:
        remaining = creator.receive("remaining", seconds=REMAINING_SECONDS)["remaining"]
    except AgentError:
        return
    if remaining:
        names = ", ".join(map(str, remaining))
        click.echo(printable(f"These temporary databases could not be dropped: {names}"), err=True)
