"""The project's own ASGI application, served on a free port of this machine."""

from __future__ import annotations

import importlib
import os
import socket
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Callable

from django.conf import settings

from .isolation import keep_apart, use_databases
from .recording_middleware import Witness, watch_origins
from .version import version_of

if TYPE_CHECKING:
    from .ipc import Talk

LOCAL = "127.0.0.1"
application: Any = None  # where Daphne finds it


class NothingToServe(Exception):
    """The project lacks what could be served, or what could serve it."""


def serve(talk: Talk, task: dict[str, Any]) -> None:
    """Say the port and what the settings say of hosts, then serve until SIGTERM or the end of stdin."""
    keep_apart(task)
    use_databases(task["databases"])
    name = _choose()
    run = SERVERS[name]()
    port = _free_port()
    _load(task)
    talk.say(server=f"{name} {version_of(name)}", port=port, **_site())
    run(port)


def _choose() -> str:
    """Return the server: Daphne for those who have made it their runserver, else what is installed."""
    installed = [name for name in ("uvicorn", "hypercorn", "daphne") if find_spec(name)]
    if not installed:
        raise NothingToServe("no ASGI server is installed: add daphne, or uvicorn[standard]")
    chosen = any(str(app).split(".")[0] == "daphne" for app in settings.INSTALLED_APPS)
    return "daphne" if chosen and "daphne" in installed else installed[0]


def _load(task: dict[str, Any]) -> None:
    """Load the application as a server does: nothing of the project has been imported but its settings."""
    global application  # noqa: PLW0603
    path = getattr(settings, "ASGI_APPLICATION", None)
    if not path:
        raise NothingToServe("ASGI_APPLICATION is not set, so there is no application to serve")
    module, _, name = str(path).rpartition(".")
    application = Witness(
        getattr(importlib.import_module(module), name), task["token"], task["root"]
    )
    watch_origins()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOCAL, 0))
        return int(probe.getsockname()[1])


def _site() -> dict[str, Any]:
    names = ("CSRF_TRUSTED_ORIGINS", "CORS_ALLOWED_ORIGINS")
    origins = [str(origin) for name in names for origin in getattr(settings, name, None) or []]
    return {
        "hosts": [str(host) for host in settings.ALLOWED_HOSTS],
        "origins": origins,
        "pid": os.getpid(),
    }


def _daphne() -> Callable[[int], None]:
    # It chooses Twisted's reactor, so it is imported before the project.
    from daphne.cli import CommandLineInterface

    return lambda port: CommandLineInterface().run(
        ["-b", LOCAL, "-p", str(port), f"{__name__}:application"]
    )


def _uvicorn() -> Callable[[int], None]:
    import uvicorn

    return lambda port: uvicorn.run(application, host=LOCAL, port=port, log_level="warning")


def _hypercorn() -> Callable[[int], None]:
    import asyncio

    from hypercorn.asyncio import serve as run
    from hypercorn.config import Config

    def start(port: int) -> None:
        config = Config()
        config.bind = [f"{LOCAL}:{port}"]
        asyncio.run(run(application, config))

    return start


SERVERS = {"daphne": _daphne, "uvicorn": _uvicorn, "hypercorn": _hypercorn}
