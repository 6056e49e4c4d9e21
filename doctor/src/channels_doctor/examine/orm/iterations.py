"""Where a query set runs because something reads its items."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator

from ..python.expressions import own_attribute, subscript_key, variable_name
from ..python.source_text import short_text
from .name_uses import is_only_for_coroutines, may_run_earlier
from .query_methods import QUERYSET

if TYPE_CHECKING:
    from ..python.modules import Module
    from .orm_type import TypesInFunction

# Built-in functions that iterate over their arguments.
READERS = {
    "list", "tuple", "set", "frozenset", "len", "bool", "sorted", "any", "all", "sum", "min", "max",
    "dict", "next", "str", "repr", "print", "enumerate", "zip", "map", "filter", "iter",
}  # fmt: skip


def iterations(node: Any, types: TypesInFunction) -> Iterator[tuple[ast.AST, str]]:
    """Yield the nodes that run a query set as a part of another node, and the text for each."""
    call = node if isinstance(node, ast.Call) else None
    for place, queryset, text in _readings(node):
        if is_unread_queryset(queryset, types, call):
            yield place, text.replace("*", short_text(queryset))


def _readings(node: Any) -> Iterator[tuple[ast.AST, ast.expr, str]]:
    """Yield what a node reads: the place, the expression, and the text with `*` for it."""
    if isinstance(node, ast.Call) and variable_name(node.func) in READERS:
        yield from ((node, each, f"{short_text(node.func)}(*)") for each in node.args)
    elif isinstance(node, (ast.For, ast.comprehension)) and not getattr(node, "is_async", 0):
        yield node.iter, node.iter, "for … in *"
    else:
        yield from ((each, each, text) for each, text in _tested(node))
        yield from _other_readings(node)


def _other_readings(node: Any) -> Iterator[tuple[ast.AST, ast.expr, str]]:
    if isinstance(node, ast.Compare) and isinstance(node.ops[-1], (ast.In, ast.NotIn)):
        yield node, node.comparators[-1], "… in *"
    elif isinstance(node, ast.Starred) and isinstance(node.ctx, ast.Load):
        yield node, node.value, "[*]"
    elif isinstance(node, ast.Await):
        yield node.value, node.value, "await *"
    elif isinstance(node, ast.Assign) and isinstance(node.targets[0], (ast.Tuple, ast.List)):
        yield node.value, node.value, "… = *"
    elif isinstance(subscript_key(node), int):
        yield node, node.value, f"*[{subscript_key(node)}]"


def _tested(node: Any) -> Iterator[tuple[ast.expr, str]]:
    """Yield the expressions whose truth a node asks for, and the text for each."""
    if isinstance(node, (ast.If, ast.While, ast.IfExp, ast.Assert)):
        yield _last_operand(node.test), "if *"
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield _last_operand(node.operand), "not *"
    elif isinstance(node, ast.BoolOp):
        word = "and" if isinstance(node.op, ast.And) else "or"
        yield from ((_last_operand(each), f"* {word} …") for each in node.values[:-1])


def _last_operand(test: ast.expr) -> ast.expr:
    """Return the last part of `a and b`, whose other parts are tested by that itself."""
    return _last_operand(test.values[-1]) if isinstance(test, ast.BoolOp) else test


def is_tested(module: Module, node: ast.AST) -> bool:
    """Return whether code asks for the truth of an expression, itself or as a part of `and`."""
    parent = module.parents.get(node)
    while isinstance(parent, ast.BoolOp) and node not in dict(_tested(parent)):
        parent = module.parents.get(parent)
    return node in dict(_tested(parent))


def is_unread_queryset(node: ast.AST, types: TypesInFunction, call: ast.Call | None = None) -> bool:
    """Return whether a node is a query set that certainly has not run before."""
    found = types.type_of(node)
    if not found or found.name != QUERYSET:
        return False
    if isinstance(node, ast.Attribute):
        is_own = own_attribute(node) and types.type_of(node.value) is None
        return bool(is_own) and is_only_for_coroutines(types, node.attr, call)
    if isinstance(node, ast.Call) and may_be_prefetched(node, types):
        return False
    return not isinstance(node, ast.Name) or not may_run_earlier(types.function, node.id, call)


def may_be_prefetched(call: ast.Call, types: TypesInFunction) -> bool:
    """Return whether a method of a related manager may answer from objects read along."""
    manager = call.func.value if isinstance(call.func, ast.Attribute) else None
    owner = types.type_of(manager.value) if isinstance(manager, ast.Attribute) else None
    if owner is None or not types.relation(owner, manager.attr):  # type: ignore[union-attr]
        return False
    return owner.loaded is None or manager.attr in owner.loaded  # type: ignore[union-attr]
