"""The places that use the result of a call as it is, so that a coroutine there is a fault."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator

from ..channels.api import ASYNC_TO_SYNC
from .expressions import called_name, last_name, variable_name, walk_body
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
    if _is_unpacked(parent, node):
        return True
    if isinstance(parent, ast.Compare):
        return not any(isinstance(each, (ast.Is, ast.IsNot)) for each in parent.ops)
    return isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not)


def _is_unpacked(parent: Any, node: ast.AST) -> bool:
    """Return whether an expression is `*x` or `**x`, or is assigned to several names."""
    if isinstance(parent, ast.Assign):
        return isinstance(parent.targets[0], (ast.Tuple, ast.List))
    if isinstance(parent, ast.Dict):
        return any(key is None and value is node for key, value in zip(parent.keys, parent.values))
    is_keyword = isinstance(parent, ast.keyword) and parent.arg is None
    return is_keyword or isinstance(parent, ast.Starred)


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


def scope_calls(module: Module) -> Iterator[ast.Call]:
    """Yield the calls whose results are items of a scope, where consumers read them."""
    for node in module.find_all(ast.Assign):
        is_item = any(map(_is_item_of_scope, node.targets))
        if is_item and isinstance(node.value, ast.Call):
            yield node.value
    for call in module.find_all(ast.Call):
        if called_name(call) == "dict" and call.args and last_name(call.args[0]) == "scope":
            values = (each.value for each in call.keywords)
            yield from (each for each in values if isinstance(each, ast.Call))


def _is_item_of_scope(node: ast.AST) -> bool:
    return isinstance(node, ast.Subscript) and last_name(node.value) == "scope"


def returned_applications(module: Module) -> Iterator[ast.Call]:
    """Yield the calls of ASGI applications that an `async def` returns without `await`."""
    for node in module.find_all(ast.Return):
        is_async = isinstance(module.enclosing_function(node), ast.AsyncFunctionDef)
        if is_async and isinstance(node.value, ast.Call) and is_application_call(node.value):
            yield node.value


def is_application_call(call: ast.Call) -> bool:
    """Return whether a call is `application(scope, receive, send)`."""
    names = [last_name(each) for each in call.args]
    return names[:1] != ["self"] and names[1:] == ["receive", "send"] and not call.keywords


def wrapped_calls(module: Module) -> Iterator[ast.Call]:
    """Yield `f(…)` of `async_to_sync(f(…))`."""
    for call in module.calls(*ASYNC_TO_SYNC):
        if call.args and isinstance(call.args[0], ast.Call):
            yield call.args[0]
