"""The project's own manage.py: it may load an environment and lengthen the path before Django hears of anything."""

from __future__ import annotations

import os
import runpy
import sys
from typing import Any

VARIABLE = "DJANGO_SETTINGS_MODULE"


def become(manage: str, settings: str) -> None:
    """Run manage.py up to its command, which is left out; without one (""), and if it fails, the settings are named."""
    from django.core import management

    sys.argv = [manage, "check"]
    os.environ[VARIABLE] = settings
    _leave_out(management, "execute_from_command_line")
    _leave_out(management.ManagementUtility, "execute")
    try:
        if manage:
            runpy.run_path(manage, run_name="__main__")
    except (Exception, SystemExit) as problem:
        sys.stderr.write(f"manage.py: {problem!r}\n")
    os.environ[VARIABLE] = settings


def _leave_out(owner: Any, name: str) -> None:
    setattr(owner, name, lambda *_args, **_more: None)
