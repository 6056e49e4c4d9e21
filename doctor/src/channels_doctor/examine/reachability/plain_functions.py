"""The functions that no decorator registers, and the modules that find methods by name."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ..channels.api import ASYNC_TO_SYNC, TO_THREAD
from ..python.definitions import TRANSPARENT_DECORATORS
from ..python.expressions import constant_value, is_variable, without_call

if TYPE_CHECKING:
    from ..python.modules import Function, Module

# Decorators that register a function nowhere.
WRAPPERS = {*TRANSPARENT_DECORATORS, *TO_THREAD, *ASYNC_TO_SYNC, "django.db.transaction.atomic"}


def is_plain(module: Module, function: Function) -> bool:
    """Return whether no decorator registers a function, nor Python calls it by its name."""
    decorators = (module.full_name(without_call(each)) for each in function.decorator_list)
    has_own_name = not function.name.startswith(("__", "on_"))
    return has_own_name and WRAPPERS.issuperset(decorators)


def finds_methods(module: Module) -> bool:
    """Return whether a class of a module looks up its own methods by names of a variable."""
    return any(
        is_variable(call.func, "getattr")
        and is_variable(call.args[0], "self", "cls")
        and not isinstance(constant_value(call.args[1]), str)
        for call in module.find_all(ast.Call)
        if len(call.args) > 1
    )
