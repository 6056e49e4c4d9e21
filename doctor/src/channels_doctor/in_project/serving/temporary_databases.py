"""Make Django's test databases, keep them until stdin is closed, and drop them."""

from __future__ import annotations

import _thread
import os
import shutil
import signal
import threading
import time
from typing import TYPE_CHECKING, Any, Iterator

import django
from django.db import connections
from django.test.utils import setup_databases

from .error_text import error_text
from .isolation import isolate_settings
from .temporary_login import login_cookie

if TYPE_CHECKING:
    from .pipe import Pipe

DROP_SECONDS = 20
MAX_DROP_ATTEMPTS, PAUSE_SECONDS = 10, 0.5
DUMMY_ENGINE = "django.db.backends.dummy"
CHANGED_KEYS = ("NAME", "USER", "PASSWORD")  # those that Django changes for a test database


def run_temporary_databases(pipe: Pipe, options: dict[str, Any]) -> None:
    """Report the databases and a login cookie; drop the databases when stdin is closed."""
    creation = InterruptibleCreation()
    pipe.on_close = creation.interrupt
    isolate_settings(options)
    names: dict[str, str] = {}
    try:
        django.setup()
        names.update(_set_test_names(options))
        setup_databases(verbosity=0, interactive=False, aliases=names)
        cookie = login_cookie()
        creation.is_running = False
        pipe.send(databases={alias: _changes(alias) for alias in names}, cookie=cookie)
        while pipe.receive() is not None:
            pass
    except KeyboardInterrupt:
        pass
    finally:
        creation.is_running = False
        remaining = list(_drop_all(names))
        shutil.rmtree(options["folder"], ignore_errors=True)
        pipe.send(remaining=remaining)


class InterruptibleCreation:
    """Interrupts the creation of databases when stdin is closed, but never the dropping."""

    def __init__(self) -> None:
        self.is_running = True
        signal.signal(signal.SIGINT, self._raise)

    def interrupt(self) -> None:
        """Interrupt the main thread, and end the process after DROP_SECONDS in any case."""
        timer = threading.Timer(DROP_SECONDS, os._exit, (1,))
        timer.daemon = True
        timer.start()
        if os.name == "nt":
            _thread.interrupt_main()
        else:
            os.kill(os.getpid(), signal.SIGINT)

    def _raise(self, _signum: int, _frame: Any) -> None:
        if self.is_running:
            raise KeyboardInterrupt


def _set_test_names(options: dict[str, Any]) -> dict[str, str]:
    """Give each test database a new name, and return the names by alias."""
    names = {}
    for alias in connections:
        connection = connections[alias]
        connection.close()
        _disable_pool(connection)
        if connection.settings_dict["ENGINE"] == DUMMY_ENGINE:
            continue
        # Some servers allow a user to make databases named test_… only.
        name = f"test_{options['prefix']}{alias}".lower()
        if connection.vendor == "sqlite":
            name = os.path.join(options["folder"], f"{alias}.sqlite3")
        connection.settings_dict["TEST"]["NAME"] = name
        names[alias] = name
    return names


def _disable_pool(connection: Any) -> None:
    """Connect without a pool, which would keep connections to the real database."""
    if hasattr(connection, "close_pool"):
        connection.close_pool()
    connection.settings_dict.get("OPTIONS", {}).pop("pool", None)


def _changes(alias: str) -> dict[str, str]:
    used = connections[alias].settings_dict
    return {key: str(used[key]) for key in CHANGED_KEYS if used.get(key)}


def _drop_all(names: dict[str, str]) -> Iterator[str]:
    """Drop the test databases, and yield those that cannot be dropped, each with the error.

    Only a database with a name of ours is dropped.
    """
    for alias, name in names.items():
        connection = connections[alias]
        if connection.vendor != "sqlite" and str(connection.settings_dict["NAME"]) == name:
            error = _drop(connection, name)
            if error:
                yield f"{name} ({error})"


def _drop(connection: Any, name: str) -> str:
    """Drop a database; retry while the server's connections to it are closed. Return the error."""
    error = _try_to_drop(connection, name)
    for _ in range(MAX_DROP_ATTEMPTS):
        if error:
            time.sleep(PAUSE_SECONDS)
            error = _try_to_drop(connection, name)
    return error


def _try_to_drop(connection: Any, name: str) -> str:
    connection.settings_dict["NAME"] = name
    try:
        connection.creation.destroy_test_db(name, verbosity=0)
    except Exception as error:
        return error_text(error)
    return ""
