"""The way in: `python -c … MODE`, a task as one line of JSON on stdin, answers as lines of JSON on stdout."""

from __future__ import annotations

import sys
from typing import Any, Callable, Dict

from .ipc import Talk
from .management import become

Mode = Callable[[Talk, Dict[str, Any]], None]


def main(mode: str) -> None:
    """Do what a mode does, with the project's folder in front of the path, as manage.py has it."""
    talk = Talk()
    task = talk.hear()
    if task is None:
        return
    sys.path.insert(0, task["folder"])
    try:
        become(task["manage"], task["settings"])
        _find(mode)(talk, task)
    except Exception as error:
        talk.fail(error)
        raise


def _find(mode: str) -> Mode:
    """Return a mode's function; the modes need different libraries of the project."""
    if mode == "keep":
        from .test_databases import keep

        return keep
    if mode == "serve":
        from .serve import serve

        return serve

    from . import layer_ends

    return {"receive": layer_ends.receive, "send": layer_ends.send}[mode]
