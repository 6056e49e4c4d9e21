#!/usr/bin/env python
"""Run Django's management commands for this project."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        from django.core.management import execute_from_command_line as execute
    except ImportError:
        sys.exit("Django is not installed here. `python bootstrap.py` makes .venv, which has it.")
    #% if cookiecutter.layer == "redis" or cookiecutter.database == "postgres"
    from services.running import explained

    execute = explained()(execute)
    #% endif
    execute(sys.argv)


if __name__ == "__main__":
    main()
