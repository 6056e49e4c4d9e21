"""Expressions that read a variable of the environment, with a default or without."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from ..python.expressions import (
    argument,
    constant_value,
    last_name,
    method_name,
    string_value,
    subscript_index,
)

if TYPE_CHECKING:
    from ..python.modules import Module

# Functions that return text, or their second argument.
TEXT_FUNCTIONS = {"os.environ.get", "os.getenv"}
# `os.environ.get()`, `os.getenv()`, and those of django-environ, environs and decouple.
FUNCTIONS = {"get", "getenv", "env", "config", "str", "url", "cache_url", "get_env"}

CASES = {"lower", "upper", "casefold", "strip"}
ON = {"true", "1", "yes", "on"}


class EnvironmentRead(NamedTuple):
    """The name of the variable, "" for a literal; the default, None when there is no plain one."""

    name: str
    default: str | None


def environment_read(node: ast.AST) -> EnvironmentRead | None:
    """Return what an expression reads, None for one that is no literal and reads nothing."""
    if isinstance(node, ast.Constant):
        return EnvironmentRead("", string_value(node)) if string_value(node) else None
    if isinstance(node, ast.Subscript) and last_name(node.value) == "environ":
        name = string_value(subscript_index(node))
        return EnvironmentRead(name, None) if name else None
    if isinstance(node, ast.Call) and last_name(node.func) in FUNCTIONS and node.args:
        name = string_value(node.args[0])
        default = string_value(argument(node, 1, "default"))
        return EnvironmentRead(name, default) if name and name.isupper() else None
    return None


def is_on_by_default(node: ast.AST | None) -> bool:
    """Return whether an expression is true where the variable that it reads is not set.

    As in `config("EAGER", default=True, cast=bool)` and `os.getenv("EAGER", "1") == "1"`.
    """
    read = node.left if isinstance(node, ast.Compare) else node
    while isinstance(read, ast.Call) and method_name(read) in CASES:
        read = read.func.value  # type: ignore[attr-defined]
    if not isinstance(read, ast.Call):
        return False
    default = constant_value(argument(read, 1, "default"))
    is_positive = not isinstance(node, ast.Compare) or isinstance(node.ops[0], (ast.Eq, ast.In))
    return is_positive and str(default).lower() in ON


def is_always_true(module: Module, node: ast.AST | None) -> bool:
    """Return whether an expression is true for each text of its variable, and by default.

    As `os.getenv("DEBUG", True)`, which is true for "False", too.
    """
    is_read = isinstance(node, ast.Call) and module.full_name(node.func) in TEXT_FUNCTIONS
    return is_read and bool(constant_value(argument(node, 1, "default")))  # type: ignore[arg-type]


def is_text(module: Module, node: ast.AST) -> bool:
    """Return whether an expression is certainly text: a literal, or a variable's value."""
    if isinstance(node, ast.Subscript):
        return module.full_name(node.value) == "os.environ"
    if isinstance(node, ast.Call) and module.full_name(node.func) in TEXT_FUNCTIONS:
        default = argument(node, 1, "default")
        return default is None or is_text(module, default)
    return isinstance(node, ast.JoinedStr) or string_value(node) is not None
