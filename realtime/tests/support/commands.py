"""Commands of manage.py in processes of their own, as a developer runs them."""

import os
import subprocess
import sys

MANAGE = [sys.executable, "-m", "django"]
TIMEOUT = 120  # seconds


def manage(*arguments, folder, program=MANAGE, **variables):
    """Run a command with a database in the folder, and return the finished process."""
    return subprocess.run(
        [*program, *arguments],
        env=environment(folder, **variables),
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT,
    )


def environment(folder, **variables):
    """Return the environment of a site in development, whose data is in the folder."""
    database = {"DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}"}
    settings = {"DJANGO_SETTINGS_MODULE": "site_config.settings", "PYTHONWARNINGS": "error"}
    return os.environ | {"REALTIME_TEST_FOLDER": str(folder)} | database | settings | variables
