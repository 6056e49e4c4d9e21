"""An asynchronous query is used without `await`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator

from ..finding import Finding
from ..orm.queries import query_finder
from ..orm.query_methods import INSTANCE, INSTANCE_QUERY_METHODS, QUERY_METHODS, QUERYSET, USER
from ..python.coroutines import never_awaited
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
            owner = _owner(node, types)
            uses = _misuses(module, function, node) if owner else []
            if uses:
                yield _finding(module, node)._replace(symptom=_symptom(module, uses[0], owner))


def _owner(node: Any, types: TypesInFunction) -> str:
    """Return the asynchronous method of Django that a call is of, with its class, else ""."""
    name = method_name(node)
    holder = types.type_of(node.func.value) if name.startswith("a") else None
    if holder is None or name not in METHODS.get(holder.name, ()):
        return ""
    return f"{'QuerySet' if holder.name == QUERYSET else 'Model'}.{name}"


def _misuses(module: Module, function: Function, node: ast.AST) -> list[ast.AST]:
    """Return the call, or the names it is assigned to, if nothing else than reading is done."""
    parent = module.parents.get(node)
    if isinstance(parent, ast.Expr) or _reads(parent, node):
        return [node]
    if not isinstance(parent, ast.Assign) or not isinstance(parent.targets[0], ast.Name):
        return []
    name = parent.targets[0].id
    names = [each for each in ast.walk(function) if isinstance(each, ast.Name) and each.id == name]
    loads = [each for each in names if isinstance(each.ctx, ast.Load)]
    is_only_value = len(names) - len(loads) == 1
    are_read = all(_reads(module.parents[each], each) for each in loads)
    return [*loads] if is_only_value and are_read else []


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
    return Finding(message, module.location(call), fix)


def _symptom(module: Module, use: ast.AST, owner: str) -> str:
    """Return the error of a use of a coroutine, or the warning when it raises none."""
    reader = module.parents.get(use)
    if isinstance(reader, ast.Attribute):
        return SYMPTOM.replace("title", reader.attr)
    if isinstance(reader, ast.Subscript):
        return "TypeError: 'coroutine' object is not subscriptable"
    if isinstance(reader, LOOPS):
        return "TypeError: 'coroutine' object is not iterable"
    return never_awaited(owner)
