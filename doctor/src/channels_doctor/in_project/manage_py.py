"""Run the project's manage.py, which may load a .env file or change the import path."""

from __future__ import annotations

import runpy
import sys
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
