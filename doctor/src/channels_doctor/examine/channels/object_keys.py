"""The keys of the dictionaries that a consumer makes, also by its own methods."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from ..python.expressions import dict_items, own_method, walk_body

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition
    from ..python.modules import Module

# Decorators that change when a method runs, and not what it returns.
WRAPPERS = {"channels.db.database_sync_to_async", "asgiref.sync.sync_to_async"}
MAX_DEPTH = 4  # dictionaries and methods in others


def returned_keys(
    project: Project, consumer: Definition, module: Module, node: Any, depth: int = 0
) -> set[str] | None:
    """Return the keys of a display, or of what a method of the consumer returns; None if unknown.

    The items of `**x` count where `x` is one of these.
    """
    if depth > MAX_DEPTH:
        return None
    if isinstance(node, ast.Dict):
        keys = [key for key, _ in dict_items(node)]
        spread = [value for key, value in dict_items(node) if key is None]
        found = [returned_keys(project, consumer, module, each, depth + 1) for each in spread]
        named = {str(each) for each in keys if each is not None}
        return None if "" in keys or None in found else named.union(*filter(None, found))
    call = node.value if isinstance(node, ast.Await) else node
    name = own_method(call)
    method = project.resolver.member(consumer, name) if name else None
    if method is None or not method.is_function or not _is_plain(method):
        return None
    values = [each.value for each in walk_body(method.node.body) if isinstance(each, ast.Return)]
    several = [returned_keys(project, consumer, method.module, each, depth + 1) for each in values]
    return None if None in several or not several else set().union(*filter(None, several))


def _is_plain(method: Definition) -> bool:
    """Return whether a call of a method gives, awaited or not, what its body returns."""
    names = {method.module.full_name(each) for each in method.node.decorator_list}
    return names <= WRAPPERS
