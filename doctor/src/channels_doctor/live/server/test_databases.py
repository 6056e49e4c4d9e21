"""Makes the throw-away databases by Django's own means, keeps them for as long as stdin is open, and drops them."""

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

from .error_text import told
from .isolation import keep_apart
from .test_login import sign_in

if TYPE_CHECKING:
    from .ipc import Talk

PATIENCE = 20  # seconds for dropping them
ATTEMPTS, PAUSE = 10, 0.5  # and between two attempts
WITHOUT = ("django.db.backends.dummy",)
NAMED = ("NAME", "USER", "PASSWORD")  # what Django changes for a test database


def keep(talk: Talk, task: dict[str, Any]) -> None:
    """Say which databases there are, and the cookie of somebody who is signed in there; drop both at the end."""
    making = Making()
    talk.at_the_end = making.stop
    keep_apart(task)
    names: dict[str, str] = {}
    try:
        django.setup()
        names.update(_name_all(task))
        setup_databases(verbosity=0, interactive=False, aliases=names)
        cookie = sign_in()
        making.goes_on = False
        talk.say(databases={alias: _access(alias) for alias in names}, cookie=cookie)
        while talk.hear() is not None:
            pass
    except KeyboardInterrupt:
        pass
    finally:
        making.goes_on = False
        left = list(_drop_all(names))
        shutil.rmtree(task["store"], ignore_errors=True)
        talk.say(left=left)


class Making:
    """Stops the making of databases when stdin ends, but never their dropping."""

    def __init__(self) -> None:
        self.goes_on = True
        signal.signal(signal.SIGINT, self._interrupt)

    def stop(self) -> None:
        """Interrupt the main thread; whatever comes of it, this process ends."""
        end = threading.Timer(PATIENCE, os._exit, (1,))
        end.daemon = True
        end.start()
        if os.name == "nt":
            _thread.interrupt_main()
        else:
            os.kill(os.getpid(), signal.SIGINT)

    def _interrupt(self, _signum: int, _frame: Any) -> None:
        if self.goes_on:
            raise KeyboardInterrupt


def _name_all(task: dict[str, Any]) -> dict[str, str]:
    """Give each test database a name that nothing has yet."""
    names = {}
    for alias in connections:
        connection = connections[alias]
        connection.close()
        _without_pool(connection)
        if connection.settings_dict["ENGINE"] in WITHOUT:
            continue
        sqlite = connection.vendor == "sqlite"
        # Where a user may make few databases, test_… are among them.
        name = (
            os.path.join(task["store"], f"{alias}.sqlite3")
            if sqlite
            else f"test_{task['prefix']}{alias}".lower()
        )
        connection.settings_dict["TEST"]["NAME"] = name
        names[alias] = name
    return names


def _without_pool(connection: Any) -> None:
    """Connect directly: a pool would stay with the database for which it was opened."""
    if hasattr(connection, "close_pool"):
        connection.close_pool()
    connection.settings_dict.get("OPTIONS", {}).pop("pool", None)


def _access(alias: str) -> dict[str, str]:
    used = connections[alias].settings_dict
    return {key: str(used[key]) for key in NAMED if used.get(key)}


def _drop_all(names: dict[str, str]) -> Iterator[str]:
    """Drop what was made, and yield what could not be dropped. Only a name of ours is ever dropped."""
    for alias, name in names.items():
        connection = connections[alias]
        if connection.vendor != "sqlite" and str(connection.settings_dict["NAME"]) == name:
            yield from _drop(connection, name)


def _drop(connection: Any, name: str) -> list[str]:
    """Try for some seconds: the server's own connections end only after it has."""
    problem = _try_to_drop(connection, name)
    for _ in range(ATTEMPTS):
        if problem:
            time.sleep(PAUSE)
            problem = _try_to_drop(connection, name)
    return [f"{name} ({problem})"] if problem else []


def _try_to_drop(connection: Any, name: str) -> str:
    connection.settings_dict["NAME"] = name
    try:
        connection.creation.destroy_test_db(name, verbosity=0)
    except Exception as error:
        return told(error)
    return ""
