"""Plain methods of asynchronous consumers, which cannot await."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from ..diffs import changed_line, joined_diffs
from .api import CONSUMERS
from .mixins import consumer_family, family_bases

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module


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


def as_coroutine_function(
    module: Module, function: ast.FunctionDef, changes: list[tuple[int, str]]
) -> str:
    """Return a diff that adds `async` to a function, with other changes and their lines."""
    line = module.lines[function.lineno - 1]
    first = changed_line(line, line.replace("def ", "async def ", 1))
    return joined_diffs([(function.lineno, first), *changes])
