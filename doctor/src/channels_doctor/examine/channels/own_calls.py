"""What a call in a method of a consumer does with the consumer itself."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ..python.expressions import (
    all_arguments,
    called_name,
    is_variable,
    item_holder,
    last_name,
)
from .api import ASYNC_TO_SYNC

if TYPE_CHECKING:
    from ..python.definitions import Definition
    from ..python.modules import Module

# Functions that only read what they get.
READERS = {"super", "print", "getattr", "hasattr", "isinstance", "id", "str", "repr", "type"}
LOGGERS = {"log", "logger", "logging", "LOG", "LOGGER", "_logger", "_log"}


def called_function(module: Module, call: ast.Call) -> ast.expr:
    """Return the function that a call runs: `f` for `f(…)` and for `async_to_sync(f)(…)`."""
    wrapper = call.func
    if isinstance(wrapper, ast.Call) and module.full_name(wrapper.func) in ASYNC_TO_SYNC:
        return wrapper.args[0] if wrapper.args else wrapper
    return wrapper


def own_name(module: Module, call: ast.Call) -> str:
    """Return `f` for the calls `self.f(…)`, `super().f(…)` and `async_to_sync(self.f)(…)`."""
    function = called_function(module, call)
    if not isinstance(function, ast.Attribute):
        return ""
    is_own = is_variable(function.value, "self") or is_super(function)
    return function.attr if is_own else ""


def is_super(function: ast.AST) -> bool:
    """Return whether a function is `super().f`."""
    return isinstance(function, ast.Attribute) and called_name(function.value) == "super"


def classes_of_call(
    module: Module, call: ast.Call, here: Definition | None, classes: list[Definition]
) -> list[Definition]:
    """Return the classes in which a call looks for its method: after `here` for super()."""
    if not is_super(called_function(module, call)):
        return classes
    names = [each.full_name for each in classes]
    index = names.index(here.full_name) if here and here.full_name in names else 0
    return classes[index + 1 :]


def passes_self(call: ast.Call) -> bool:
    """Return whether a call passes the consumer to a function that may use it."""
    arguments = any(is_variable(each, "self") for each in all_arguments(call))
    return arguments and last_name(call.func) not in READERS


def is_log(call: ast.Call) -> bool:
    """Return whether a call only writes to a log or to the console."""
    return called_name(call) == "print" or last_name(item_holder(call)) in LOGGERS


def is_of_scope(node: ast.AST) -> bool:
    """Return whether a node is an item of the scope, at any depth."""
    while item_holder(node) is not node and last_name(node) != "scope":
        node = item_holder(node)
    return last_name(node) == "scope"
