#!/usr/bin/env python
"""Run Django's management commands for this project."""

import os
import sys
from importlib.util import find_spec


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if not find_spec("channels_realtime"):
        sys.exit(
            "The library channels_realtime/ is missing: restore it from git, or generate the "
            "project again. Cookiecutter adds it, except with `--accept-hooks no`."
        )
    try:
        from channels_realtime.management.execution import execute_from_command_line
    except ImportError:
        python = os.path.join(".venv", "Scripts" if os.name == "nt" else "bin", "python")
        if not os.path.exists(python):
            sys.exit("Django is not installed: run `python bootstrap.py`, which creates .venv.")
        command = " ".join([python, *sys.argv])
        sys.exit(f"{sys.executable} does not have Django, and .venv does: run `{command}`.")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
