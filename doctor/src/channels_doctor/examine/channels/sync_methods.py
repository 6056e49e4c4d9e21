"""Plain methods of asynchronous consumers, which cannot await."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from ..diffs import changed_line, joined_diffs
from ..python.expressions import walk_body
from .api import CONSUMERS
from .handlers import find_handlers
from .mixins import consumer_family, family_bases

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition
    from ..python.modules import Module

# Values that no `await` accepts.
PLAIN_VALUES = (ast.Constant, ast.Dict, ast.List, ast.Tuple, ast.JoinedStr, ast.Compare)


def is_sync_method(project: Project, module: Module, function: Any) -> bool:
    """Return whether a plain method belongs to an asynchronous consumer, which runs in a loop."""
    cls = project.resolver.enclosing_class(module, function) if function else None
    if cls is None or not isinstance(function, ast.FunctionDef) or function.decorator_list:
        return False
    bases = family_bases(project, consumer_family(project, cls))
    kinds = {
        each.rpartition(".")[2].startswith("Async") for each in bases if each.startswith(CONSUMERS)
    }
    return kinds == {True} and function in cls.node.body


def is_plain_handler(project: Project, function: Any) -> bool:
    """Return whether a function is a handler that must be asynchronous, and is plain."""
    return any(
        each.method.node is function and is_of_other_kind(each.method, is_async=True)
        for each in find_handlers(project)
        if each.is_certain
    )


def is_of_other_kind(method: Definition, is_async: bool) -> bool:
    """Return whether a handler is asynchronous and should not be, or returns what none awaits."""
    if not is_async or isinstance(method.node, ast.AsyncFunctionDef):
        return not is_async and isinstance(method.node, ast.AsyncFunctionDef)
    nodes = list(walk_body(method.node.body))
    values = [each.value for each in nodes if isinstance(each, ast.Return) and each.value]
    raises = isinstance(method.node.body[-1], ast.Raise)
    return not raises and all(isinstance(each, PLAIN_VALUES) for each in values)


def as_coroutine_function(
    module: Module, function: ast.FunctionDef, changes: list[tuple[int, str]]
) -> str:
    """Return a diff that adds `async` to a function, with other changes and their lines."""
    line = module.lines[function.lineno - 1]
    first = changed_line(line, line.replace("def ", "async def ", 1))
    return joined_diffs([(function.lineno, first), *changes])
