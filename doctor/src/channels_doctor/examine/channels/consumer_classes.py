"""The consumers of a project as classes with all their ancestors, and where they stand."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..project import is_test
from ..python.modules import FUNCTIONS
from ..python.names import Definition
from .known_names import CONSUMERS, RAW_SOCKETS

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Function, Module


def consumers(project: Project) -> Iterator[Definition]:
    """Yield the classes of the consumers that are not the tests'."""
    for each in project.consumers:
        if not is_test(each.module.path):
            yield Definition(each.module, each.node)


def speaks_websocket(project: Project, found: Definition) -> bool:
    """Return whether a consumer is one of Channels' for WebSockets: it handles handshakes and raw messages itself."""
    return any(base.startswith(RAW_SOCKETS) for base in project.names.outside(found))


def is_known(project: Project, found: Definition) -> bool:
    """Return whether all ancestors of a consumer are the project's or known ones, and no decorator changes it."""
    bases = project.names.outside(found)
    plain = not any(each.node.decorator_list for each in project.names.lineage(found))
    return plain and all(
        base.startswith(CONSUMERS) or base in {"object", "abc.ABC"} for base in bases
    )


def family(project: Project, found: Definition) -> list[Definition]:
    """Return the ancestors of a consumer, itself, and the consumers that inherit from it."""
    heirs = [Definition(each.module, each.node) for each in project.consumers]
    inheriting = [
        each
        for each in heirs
        if found.qualified in {one.qualified for one in project.names.lineage(each)}
    ]
    return [*project.names.lineage(found), *inheriting]


def methods(found: Definition) -> Iterator[tuple[Module, Function]]:
    """Yield the methods that a class itself defines."""
    for node in found.node.body:
        if isinstance(node, FUNCTIONS):
            yield found.module, node


def mentions(found: Definition, *names: str) -> bool:
    """Return whether a class's own text has an attribute, a name or a keyword of one of these names."""
    return any(
        getattr(node, "attr", getattr(node, "id", getattr(node, "name", ""))) in names
        for node in ast.walk(found.node)
    )
