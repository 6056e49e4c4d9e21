"""An asynchronous query is used without `await`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator

from ..finding import Finding
from ..orm.queries import query_finder
from ..orm.query_methods import INSTANCE, INSTANCE_QUERY_METHODS, QUERY_METHODS, QUERYSET, USER
from ..python.expressions import method_name, walk_body
from ..python.source_text import replacement_diff, short_text, source_text

if TYPE_CHECKING:
    from ..orm.orm_type import TypesInFunction
    from ..project import Project
    from ..python.modules import Function, Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "AttributeError: 'coroutine' object has no attribute 'title'"

METHODS = {
    QUERYSET: {f"a{name}" for name in QUERY_METHODS},
    INSTANCE: {f"a{name}" for name in INSTANCE_QUERY_METHODS},
    USER: {f"a{name}" for name in INSTANCE_QUERY_METHODS},
}
# What reads an object, and needs the result and not the coroutine.
READING = (ast.Attribute, ast.Subscript, ast.If, ast.While, ast.IfExp, ast.UnaryOp, ast.Compare)
LOOPS = (ast.For, ast.comprehension)


def check(project: Project) -> Iterator[Finding]:
    """Find coroutines of queries that are dropped, or read as if they were the result."""
    finder = query_finder(project)
    for module, function in project.find_all(ast.AsyncFunctionDef):
        types = finder.types(module, function)
        for node in walk_body(function.body):
            if _is_async_query(node, types) and _is_misused(module, function, node):
                yield _finding(module, node)


def _is_async_query(node: Any, types: TypesInFunction) -> bool:
    name = method_name(node)
    holder = types.type_of(node.func.value) if name.startswith("a") else None
    return holder is not None and name in METHODS.get(holder.name, ())


def _is_misused(module: Module, function: Function, node: ast.AST) -> bool:
    parent = module.parents.get(node)
    if isinstance(parent, ast.Expr) or _reads(parent, node):
        return True
    if not isinstance(parent, ast.Assign) or not isinstance(parent.targets[0], ast.Name):
        return False
    name = parent.targets[0].id
    names = [each for each in ast.walk(function) if isinstance(each, ast.Name) and each.id == name]
    loads = [each for each in names if isinstance(each.ctx, ast.Load)]
    is_only_value = len(names) - len(loads) == 1
    return (
        is_only_value and bool(loads) and all(_reads(module.parents[each], each) for each in loads)
    )


def _reads(parent: ast.AST | None, node: ast.AST) -> bool:
    """Return whether a node around reads the node as an object, or iterates over it."""
    if isinstance(parent, LOOPS):
        return parent.iter is node
    if isinstance(parent, (ast.If, ast.While, ast.IfExp)):
        return parent.test is node
    return isinstance(parent, READING)


def _finding(module: Module, call: ast.Call) -> Finding:
    text = short_text(call)
    message = f"`{text}` returns a coroutine, which is used without `await`. Await it."
    parent = module.parents.get(call)
    new = f"await {source_text(module, call)}"
    is_followed = isinstance(parent, (ast.Attribute, ast.Subscript))
    fix = replacement_diff(module, call, f"({new})" if is_followed else new)
    is_dropped = isinstance(parent, ast.Expr)
    warning = f"RuntimeWarning: coroutine 'QuerySet.{method_name(call)}' was never awaited"
    return Finding(message, module.location(call), fix, symptom=warning if is_dropped else None)
