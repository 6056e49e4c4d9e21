"""Loads Django projects, each in a process of its own that has imported Django and Channels.

Run as a script, it reads a folder and a dotted module of settings in each line, and answers with
"ok" or the error with which the project fails to load.
"""

import importlib
import os
import subprocess
import sys
from pathlib import Path

SETTINGS = "DJANGO_SETTINGS_MODULE"


class ProjectLoader:
    """A process that loads projects."""

    def __init__(self):
        environment = {key: value for key, value in os.environ.items() if key != SETTINGS}
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**environment, "PYTHONDONTWRITEBYTECODE": "1"},
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.communicate(timeout=10)

    def error(self, folder, settings):
        """Return why a project fails to load, "" for one that loads."""
        self._process.stdin.write(f"{folder}\t{settings}\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline().strip()
        return "" if answer == "ok" else answer or "the process ended"


def serve():
    """Answer each line of standard input."""
    import django.core.asgi  # noqa: F401

    for line in sys.stdin:
        folder, settings = line.rstrip("\n").split("\t")
        if os.fork() == 0:
            print(_load(folder, settings), flush=True)
            os._exit(0)
        os.wait()


def _load(folder, settings):
    os.chdir(folder)
    sys.path[:0] = [folder, f"{folder}/src"]
    os.environ.update({SETTINGS: settings, "SECRET_KEY": "x" * 50, "DJANGO_SECRET_KEY": "x" * 50})
    try:
        application = importlib.import_module(f"{settings.partition('.')[0]}.asgi").application
        from django.core.checks import run_checks

        errors = [each for each in run_checks() if each.level >= 40]
        return str(errors[0]).replace("\n", " ") if errors or not application else "ok"
    except BaseException as error:
        return f"{type(error).__name__}: {error}".replace("\n", " ")


if __name__ == "__main__":
    sys.path[:] = [each for each in sys.path if Path(each) != Path(__file__).parent]
    serve()
