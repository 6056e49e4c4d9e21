"""The stage that finds the settings module by running manage.py."""

from __future__ import annotations

import ast
import importlib.util
import os
import sys
from typing import TYPE_CHECKING, Any, Iterator

from ..manage_py import VARIABLE, add_parent_folder, run_manage_py
from .failure import InspectionError, describe_failure

if TYPE_CHECKING:
    from .inspected_project import InspectedProject


def read(project: InspectedProject) -> dict[str, object]:
    """Run manage.py, and return the settings module that is set afterwards.

    The module of the command line comes first, and a name in the text of manage.py last, for a
    manage.py that cannot be run.
    """
    if project.settings_name:
        os.environ[VARIABLE] = project.settings_name
    facts: dict[str, object] = {}
    try:
        _require_django()
        if project.manage_py:
            run_manage_py(project.manage_py)
    except BaseException as error:
        facts["failure"] = describe_failure("manage", error, project)
    name = project.settings_name or os.environ.get(VARIABLE)
    name = name or next(_names_in_text(project.manage_py), "")
    if name:
        facts["settings_module"] = os.environ[VARIABLE] = name
        add_parent_folder(project.root, name)
    return facts


def _require_django() -> None:
    if importlib.util.find_spec("django") is None:
        raise InspectionError(
            "no-django",
            f"Django is not installed in {sys.executable}: "
            "give the project's own Python with --python FILE.",
        )


def _names_in_text(path: str) -> Iterator[str]:
    """Yield the values that manage.py gives to DJANGO_SETTINGS_MODULE."""
    try:
        with open(path, "rb") as file:
            tree = ast.parse(file.read())
    except (OSError, SyntaxError, ValueError, RecursionError):
        return
    for node in ast.walk(tree):
        variable, value = _key_and_value(node)
        if variable == VARIABLE and isinstance(value, str):
            yield value


def _key_and_value(node: ast.AST) -> tuple[Any, Any]:
    """Return the constants in `f(key, value)` or `x[key] = value`."""
    if isinstance(node, ast.Call) and len(node.args) > 1:
        return _constant(node.args[0]), _constant(node.args[1])
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
        key: Any = node.targets[0].slice
        key = getattr(key, "value", key)  # Python 3.8 wraps an index
        return _constant(key), _constant(node.value)
    return None, None


def _constant(node: Any) -> Any:
    return node.value if isinstance(node, ast.Constant) else node
