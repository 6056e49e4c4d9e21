"""The lazy user of a request, which runs a query when it is read first."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from ..python.expressions import attribute_name, is_variable, last_name

if TYPE_CHECKING:
    from ..python.modules import Module

# Classes whose methods get the request of Django, by the names of their bases.
VIEW_CLASS = re.compile("View|Middleware|Mixin|Admin")
# Frameworks whose `request.user` is not a lazy user of Django.
OTHER_FRAMEWORKS = ("rest_framework", "adrf", "ninja", "starlette", "fastapi", "strawberry")


def is_lazy_user(module: Module, node: ast.AST) -> bool:
    """Return whether a node is Django's `request.user`, which loads the session and the user."""
    if attribute_name(node) != "user" or not is_variable(node.value, "request"):  # type: ignore[attr-defined]
        return False
    function = module.enclosing_function(node)
    is_parameter = function and "request" in [each.arg for each in function.args.args]
    others = any(name.startswith(OTHER_FRAMEWORKS) for name in module.imports.values())
    return bool(is_parameter) and not others and _may_be_view(module, function)


def _may_be_view(module: Module, function: ast.AST | None) -> bool:
    """Return whether Django may call a function with its request; a method by its class."""
    cls = module.parents.get(function) if function else None
    if not isinstance(cls, ast.ClassDef):
        return True
    return any(map(VIEW_CLASS.search, map(last_name, cls.bases)))
