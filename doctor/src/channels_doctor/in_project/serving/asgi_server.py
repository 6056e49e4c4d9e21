"""Serve the project's ASGI application on a free port of the loopback interface."""

from __future__ import annotations

import importlib
import os
import socket
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Callable

from django.conf import settings

from ..installed_versions import installed_version
from .isolation import isolate_settings, use_databases
from .recording_middleware import RecordingMiddleware, record_origin_checks

if TYPE_CHECKING:
    from .pipe import Pipe

LOOPBACK = "127.0.0.1"
application: Any = None  # Daphne imports it by its name


class NothingToServe(Exception):
    """The project has no application or no ASGI server."""


def run_server(pipe: Pipe, options: dict[str, Any]) -> None:
    """Report the port and the allowed hosts, then serve until SIGTERM or until stdin is closed."""
    isolate_settings(options)
    use_databases(options["databases"])
    name = _choose_server()
    # Daphne chooses Twisted's reactor, so it is imported before the project.
    run = SERVERS[name]()
    port = _free_port()
    _load_application(options)
    pipe.send(server=f"{name} {installed_version(name)}", port=port, **_site())
    run(port)


def _choose_server() -> str:
    """Return daphne if it is in INSTALLED_APPS, otherwise the first server that is installed."""
    installed = [name for name in SERVERS if find_spec(name)]
    if not installed:
        raise NothingToServe("no ASGI server is installed: add daphne, or uvicorn[standard]")
    is_app = any(str(app).split(".")[0] == "daphne" for app in settings.INSTALLED_APPS)
    return "daphne" if is_app and "daphne" in installed else installed[0]


def _load_application(options: dict[str, Any]) -> None:
    """Import the application as a server does, after the settings and before any app."""
    global application  # noqa: PLW0603
    path = getattr(settings, "ASGI_APPLICATION", None)
    if not path:
        raise NothingToServe("ASGI_APPLICATION is not set, so there is no application to serve")
    module, _, name = str(path).rpartition(".")
    application = RecordingMiddleware(
        getattr(importlib.import_module(module), name), options["secret_path"], options["root"]
    )
    record_origin_checks()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def _site() -> dict[str, Any]:
    names = ("CSRF_TRUSTED_ORIGINS", "CORS_ALLOWED_ORIGINS")
    origins = [str(origin) for name in names for origin in getattr(settings, name, None) or []]
    return {
        "hosts": [str(host) for host in settings.ALLOWED_HOSTS],
        "origins": origins,
        "pid": os.getpid(),
    }


def _uvicorn() -> Callable[[int], None]:
    import uvicorn

    return lambda port: uvicorn.run(application, host=LOOPBACK, port=port, log_level="warning")


def _hypercorn() -> Callable[[int], None]:
    import asyncio

    from hypercorn.asyncio import serve
    from hypercorn.config import Config

    def run(port: int) -> None:
        config = Config()
        config.bind = [f"{LOOPBACK}:{port}"]
        asyncio.run(serve(application, config))

    return run


def _daphne() -> Callable[[int], None]:
    from daphne.cli import CommandLineInterface

    return lambda port: CommandLineInterface().run(
        ["-b", LOOPBACK, "-p", str(port), f"{__name__}:application"]
    )


SERVERS = {"uvicorn": _uvicorn, "hypercorn": _hypercorn, "daphne": _daphne}
