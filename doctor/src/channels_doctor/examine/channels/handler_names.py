"""The names of the methods with which consumers can handle messages."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING, Iterator

from ..python.expressions import is_variable, last_name
from ..python.modules import FUNCTIONS
from .api import BUILT_IN_HANDLERS
from .consumers import is_fully_resolved
from .foreign_consumers import serves_foreign_consumers

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition

DYNAMIC_NAMES = ("dispatch", "__getattr__", "__getattribute__", "setattr", "locals", "vars")


def known_handler_names(project: Project) -> set[str]:
    """Return the method names of all consumers, nothing when some methods are unknown."""
    is_complete = not project.unparsed_files and not serves_foreign_consumers(project)
    if not all(is_fully_resolved(project.resolver, each) for each in project.consumers):
        is_complete = False
    classes = [cls for each in project.consumers for cls in project.resolver.mro(each)]
    if not classes or not is_complete or any(each.uses_name(*DYNAMIC_NAMES) for each in classes):
        return set()
    return {name for each in project.consumers for name in handler_names(project, each)}


def handler_names(project: Project, consumer: Definition) -> set[str]:
    """Return the names of the methods of a consumer, and of what it assigns."""
    classes = project.resolver.mro(consumer)
    return BUILT_IN_HANDLERS | {name for each in classes for name in _attributes(each)}


@lru_cache(maxsize=1)
def names_set_elsewhere(project: Project) -> set[str]:
    """Return the attributes that code sets on other objects than `self`, such as a consumer."""
    return {
        target.attr
        for _, statement in project.find_all(ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Attribute) and not is_variable(target.value, "self")
    }


def _attributes(cls: Definition) -> Iterator[str]:
    for node in ast.walk(cls.node):
        if isinstance(node, FUNCTIONS):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from map(last_name, node.targets)
