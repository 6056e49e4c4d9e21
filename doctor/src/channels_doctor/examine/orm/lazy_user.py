"""The lazy user of a request, which runs a query when it is read first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..python.expressions import attribute_name, is_variable

if TYPE_CHECKING:
    import ast

    from ..python.modules import Module

# Frameworks whose `request.user` is not a lazy user of Django.
OTHER_FRAMEWORKS = ("rest_framework", "adrf", "ninja", "starlette", "fastapi", "strawberry")


def is_lazy_user(module: Module, node: ast.AST) -> bool:
    """Return whether a node is Django's `request.user`, which loads the session and the user."""
    if attribute_name(node) != "user" or not is_variable(node.value, "request"):  # type: ignore[attr-defined]
        return False
    function = module.enclosing_function(node)
    is_parameter = function and "request" in [each.arg for each in function.args.args]
    others = any(name.startswith(OTHER_FRAMEWORKS) for name in module.imports.values())
    return bool(is_parameter) and not others
