"""The names of users, which may have characters that a group name must not have."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ..channels.chosen_names import is_restricted
from ..python.expressions import is_scope_item, last_name, method_name
from .kinds import USER
from .scope import scope_of
from .value_kinds import read_attribute

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module
    from .lookups import Values

ATTRIBUTES = {"username", "email", "first_name", "last_name"}
METHODS = {"get_username", "get_full_name", "get_short_name"}


def user_name(project: Project, values: Values, module: Module, node: ast.AST) -> str:
    """Return a name of a user as a part of a sentence, "" for any other expression."""
    read = read_attribute(node) if isinstance(node, ast.Call) else node
    if isinstance(read, ast.Attribute) and read.attr in ATTRIBUTES:
        if _is_user(values, module, read.value) and not is_restricted(project, read.attr):
            return f"the user's {read.attr}"
    elif method_name(node) in METHODS and _is_user(values, module, node.func.value):  # type: ignore[attr-defined]
        return f"the user's name ({method_name(node)})"
    return ""


def _is_user(values: Values, module: Module, node: ast.AST) -> bool:
    if is_scope_item(node, "user") or last_name(node) == "user":
        return True
    kind = values.kind(scope_of(module, node), node)
    return kind is not None and kind.name == USER
