"""Run the project's manage.py, which may load a .env file or change the import path."""

from __future__ import annotations

import os
import runpy
import sys
from importlib.machinery import PathFinder
from typing import Any

VARIABLE = "DJANGO_SETTINGS_MODULE"


def run_manage_py(path: str) -> None:
    """Run manage.py while Django's command line does nothing. Raises what manage.py raises."""
    from django.core import management

    sys.argv = [path, "check"]
    replaced: list[tuple[Any, str]] = [
        (management, "execute_from_command_line"),
        (management.ManagementUtility, "execute"),
    ]
    originals = [getattr(owner, name) for owner, name in replaced]
    for owner, name in replaced:
        setattr(owner, name, lambda *_args, **_options: None)
    try:
        runpy.run_path(path, run_name="__main__")
    except SystemExit as error:
        if error.code not in (None, 0):
            raise
    finally:
        for (owner, name), original in zip(replaced, originals):
            setattr(owner, name, original)


def add_parent_folder(root: str, settings_name: str) -> None:
    """Add a parent of the project's folder to the import path if the settings are named from it.

    `backend.config.settings` in `backend/` needs it, unless manage.py was moved beside `settings`.
    """
    folders, parts = root.split(os.sep), settings_name.split(".")
    for count in range(1, len(parts) - 1):
        if folders[-count:] == parts[:count] and not PathFinder.find_spec(parts[0]):
            sys.path.insert(1, os.sep.join(folders[:-count]))
