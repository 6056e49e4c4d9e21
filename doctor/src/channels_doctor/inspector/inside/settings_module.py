"""Which settings the project takes: its own manage.py says so, because it may load and compute anything."""

from __future__ import annotations

import ast
import importlib.util
import os
import runpy
import sys
from typing import TYPE_CHECKING, Any, Iterator

from .failure import Stopped, describe

if TYPE_CHECKING:
    from .request import Request

VARIABLE = "DJANGO_SETTINGS_MODULE"


def read(request: Request) -> dict[str, object]:
    """Run manage.py up to its command, which is left out, so that its environment and its settings module are there.

    A project without one has the settings that the user named. What goes wrong with that is a fact beside the settings
    module, which the text of manage.py also names.
    """
    sys.argv = [request.manage or "manage.py", "check"]
    if request.settings:
        os.environ[VARIABLE] = request.settings
    facts: dict[str, object] = {}
    try:
        _demand_django()
        if request.manage:
            _run(request)
    except BaseException as error:
        facts["failure"] = describe("manage", error, request)
    name = request.settings or os.environ.get(VARIABLE) or next(_written(request.manage), "")
    if name:
        facts["settings_module"] = os.environ[VARIABLE] = name
    return facts


def _demand_django() -> None:
    if importlib.util.find_spec("django") is None:
        python = sys.executable
        raise Stopped(
            "no-django",
            f"Django is not installed in {python}: give the project's own Python with --python FILE.",
        )


def _run(request: Request) -> None:
    from django.core import management

    replaced: list[tuple[Any, str]] = [
        (management, "execute_from_command_line"),
        (management.ManagementUtility, "execute"),
    ]
    originals = [getattr(owner, name) for owner, name in replaced]
    for owner, name in replaced:
        setattr(owner, name, lambda *_args, **_more: None)
    try:
        runpy.run_path(request.manage, run_name="__main__")
    except SystemExit as end:
        if end.code not in (None, 0):
            raise
    finally:
        for (owner, name), original in zip(replaced, originals):
            setattr(owner, name, original)


def _written(path: str) -> Iterator[str]:
    """Yield the settings modules that the text of manage.py names, for one that cannot be run."""
    try:
        with open(path, "rb") as file:
            tree = ast.parse(file.read())
    except (OSError, SyntaxError, ValueError, RecursionError):
        return
    for node in ast.walk(tree):
        pair: list[ast.AST] = []
        if isinstance(node, ast.Call):
            pair = list(node.args)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
            key: Any = node.targets[0].slice
            pair = [getattr(key, "value", key), node.value]  # Python 3.8 wraps an index
        variable, *values = [_constant(each) for each in pair] or [None]
        if variable == VARIABLE and values and isinstance(values[0], str):
            yield values[0]


def _constant(node: Any) -> Any:
    return node.value if isinstance(node, ast.Constant) else node
