"""The consumers of Channels that a class is, or that a mixin is a part of."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ..python.expressions import last_name
from .api import CONSUMERS
from .consumers import is_fully_resolved

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition


def consumer_family(project: Project, cls: Definition) -> list[Definition]:
    """Return the ancestors of a consumer, itself included; of a mixin, those of its users.

    Only the class and its own ancestors when anything but consumers may use the mixin.
    """
    own = list(project.resolver.mro(cls))
    bases = project.resolver.outside_bases(cls)
    if any(base.startswith(CONSUMERS) for base in bases):
        return own
    users = [each for each in project.consumers if cls in project.resolver.mro(each)]
    family = list(dict.fromkeys(base for each in users for base in project.resolver.mro(each)))
    is_known = users and all(is_fully_resolved(project.resolver, each) for each in users)
    return family if is_known and not _has_other_users(project, cls, family) else own


def _has_other_users(project: Project, cls: Definition, family: list[Definition]) -> bool:
    nodes = {each.node for each in family}
    return any(
        node not in nodes and cls.name in map(last_name, node.bases)
        for module in project.modules
        for node in module.find_all(ast.ClassDef)
    )


def family_bases(project: Project, family: list[Definition]) -> set[str]:
    """Return the full names of the bases of some classes that the project does not define."""
    return {base for each in family for base in project.resolver.outside_bases(each)}
