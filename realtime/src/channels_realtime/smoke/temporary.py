"""The temporary site of `manage.py smoke`: its own databases, three users, a real server."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.contrib.auth import get_user_model
from django.db import connections
from django.test.utils import setup_databases, teardown_databases

from channels_realtime.monitoring.databases import disable_pools
from channels_realtime.smoke.processes import serve
from channels_realtime.smoke.site import Site

USERS = {"alice": True, "bob": True, "carol": False}  # whether each is a superuser


@contextmanager
def temporary_site() -> Iterator[Site]:
    """Start a server with databases that are dropped at the end, and log its users in.

    Raise what the database driver raises, and RuntimeError when the server does not start.
    """
    folder = Path(tempfile.mkdtemp(prefix="smoke-"))
    try:
        with serve(folder, _temporary_databases(folder)) as site:
            for name, is_superuser in USERS.items():
                site.log_in(_create_user(name, is_superuser))
            yield site
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _create_user(name: str, is_superuser: bool) -> object:
    model = get_user_model()
    fields = {model.USERNAME_FIELD: name}
    return model._default_manager.create(**fields, is_staff=is_superuser, is_superuser=is_superuser)


@contextmanager
def _temporary_databases(directory: Path) -> Iterator[dict[str, str]]:
    disable_pools()
    for connection in connections.all():
        if connection.vendor == "sqlite":
            name = str(directory / f"{connection.alias}.sqlite3")
        else:
            name = f"smoke_{directory.name.removeprefix('smoke-').lower()}_{connection.alias}"
        connection.settings_dict["TEST"]["NAME"] = name
    old = setup_databases(verbosity=0, interactive=False)
    try:
        if get_user_model()._default_manager.exists():
            raise RuntimeError(
                "The temporary database already contains users, so it is another database."
            )
        yield {alias: str(connections[alias].settings_dict["NAME"]) for alias in connections}
    finally:
        teardown_databases(old, verbosity=0)
