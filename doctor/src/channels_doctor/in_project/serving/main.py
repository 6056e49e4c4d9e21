"""The entry point: a task's name as argument, its options as JSON on stdin, answers on stdout."""

from __future__ import annotations

import os
import sys
from typing import Any, Callable, Dict

from ..manage_py import VARIABLE, add_parent_folder, run_manage_py
from .pipe import Pipe

Task = Callable[[Pipe, Dict[str, Any]], None]


def main(name: str) -> None:
    """Run a task, and report an error that ends it."""
    pipe = Pipe()
    options = pipe.receive()
    if options is None:
        return
    try:
        _prepare_environment(options["manage_py"], options["settings"])
        add_parent_folder(options["root"], options["settings"])
        _find_task(name)(pipe, options)
    except Exception as error:
        pipe.send_error(error)
        raise


def _prepare_environment(manage_py: str, settings: str) -> None:
    """Set the settings module, and let manage.py change the environment and the import path."""
    os.environ[VARIABLE] = settings
    try:
        if manage_py:
            run_manage_py(manage_py)
    except (Exception, SystemExit) as error:
        sys.stderr.write(f"manage.py: {error!r}\n")
    os.environ[VARIABLE] = settings


def _find_task(name: str) -> Task:
    """Return the function of a task; tasks import different packages of the project."""
    if name == "databases":
        from .temporary_databases import run_temporary_databases

        return run_temporary_databases
    if name == "server":
        from .asgi_server import run_server

        return run_server
    if name == "services":
        from .services import run_services

        return run_services

    from . import round_trip

    return {"receiver": round_trip.run_receiver, "sender": round_trip.run_sender}[name]
