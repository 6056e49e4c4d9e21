"""The places that use the result of a call as it is, so that a coroutine there is a fault."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator

from ..channels.api import ASYNC_TO_SYNC
from .expressions import variable_name, walk_body
from .modules import FUNCTIONS

if TYPE_CHECKING:
    from .modules import Module

COROUTINE_ATTRIBUTES = {"close", "send", "throw", "cr_frame", "cr_running", "cr_await"}
# The fields of nodes whose values are used as they are.
VALUE_FIELDS = {
    ast.If: "test",
    ast.While: "test",
    ast.IfExp: "test",
    ast.Assert: "test",
    ast.For: "iter",
    ast.comprehension: "iter",
    ast.Subscript: "value",
    ast.FormattedValue: "value",
}


def is_used_as_value(module: Module, node: ast.AST) -> bool:
    """Return whether an expression is tested, compared, iterated, unpacked or looked into."""
    parent: Any = module.parents.get(node)
    if isinstance(parent, ast.BoolOp):
        return parent.values[-1] is not node or is_used_as_value(module, parent)
    if isinstance(parent, ast.Attribute):
        return parent.attr not in COROUTINE_ATTRIBUTES
    return _is_value_of(parent, node)


def _is_value_of(parent: Any, node: ast.AST) -> bool:
    field = VALUE_FIELDS.get(type(parent), "")
    if field:
        return getattr(parent, field) is node and not getattr(parent, "is_async", 0)
    if isinstance(parent, ast.Assign):
        return isinstance(parent.targets[0], (ast.Tuple, ast.List))
    if isinstance(parent, ast.Compare):
        return not any(isinstance(each, (ast.Is, ast.IsNot)) for each in parent.ops)
    return isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not)


def used_calls(module: Module) -> Iterator[ast.Call]:
    """Yield the calls whose results are used as they are, directly or through one variable."""
    for call in module.find_all(ast.Call):
        if is_used_as_value(module, call) or _is_only_looked_into(module, call):
            yield call


def _is_only_looked_into(module: Module, call: ast.Call) -> bool:
    """Return whether a call is the only value of a variable that is only used as it is."""
    parent = module.parents.get(call)
    name = variable_name(parent.targets[0]) if isinstance(parent, ast.Assign) else ""
    function = module.enclosing_function(call) if name else None
    if not function:
        return False
    names = [
        each for each in walk_body(function.body) if isinstance(each, ast.Name) and each.id == name
    ]
    inner = [
        each for each in walk_body(function.body) if isinstance(each, (*FUNCTIONS, ast.Lambda))
    ]
    reads = [each for each in names if isinstance(each.ctx, ast.Load)]
    is_single = len(names) == len(reads) + 1 and not inner
    return is_single and bool(reads) and all(is_used_as_value(module, each) for each in reads)


def wrapped_calls(module: Module) -> Iterator[ast.Call]:
    """Yield `f(…)` of `async_to_sync(f(…))`."""
    for call in module.calls(*ASYNC_TO_SYNC):
        if call.args and isinstance(call.args[0], ast.Call):
            yield call.args[0]
